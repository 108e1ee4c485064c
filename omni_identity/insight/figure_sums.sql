-- Sums of figures: one row per way of seeing customers, KPI, period, dimension, member, segment and currency.
--
-- Reads derived.kpi_sums with their labels and definitions, derived.kpi_contributions and figure_moments. Only
-- what counts by now is summed: sums say from which day on, contributions from which moment.
create or replace temp table figure_sums as
with counting as (
    select s.label_no, s.period_start,
        case when numerator_count > 0 then numerator end as numerator,
        case when denominator_count > 0 then denominator end as denominator
    from derived.kpi_sums s cross join figure_moments m
    where s.counts_from is null or s.counts_from <= m.as_of::date
    union all
    -- contributions that begin to count today: not all of them do so by now
    select c.label_no, c.period_start, c.numerator, c.denominator
    from derived.kpi_contributions c cross join figure_moments m
    where c.counts_from >= m.as_of::date and c.counts_from <= m.as_of
), summed as (
    select label_no, period_start, sum(numerator)::decimal(38, 2) as numerator,
        sum(denominator)::bigint as denominator
    from counting group by label_no, period_start
)
select l.seen_as, l.kpi, d.grain, l.period, c.period_start, l.dimension, l.member, l.segment,
    l.currency, c.numerator, c.denominator
from summed c join derived.kpi_labels l using (label_no) join derived.kpi_definitions d using (kpi)
