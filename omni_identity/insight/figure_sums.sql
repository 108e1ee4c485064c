-- Sums of figures: one row per way of seeing customers, KPI, period, dimension, member, segment and currency.
--
-- Reads derived.kpi_sums with their labels and definitions, derived.kpi_contributions, derived.kpi_nobody_sums and
-- figure_moments. Only what counts by now is summed: sums say from which day on, contributions from which moment.
-- What happened is the same however customers are seen. So nobody's, seen any other way, is what that way leaves.
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
), known as (
    select l.seen_as, l.kpi, d.grain, l.period, c.period_start, l.dimension, l.member, l.segment,
        l.currency, c.numerator, c.denominator
    from summed c join derived.kpi_labels l using (label_no) join derived.kpi_definitions d using (kpi)
), happened as (
    select kpi, period_start, member, currency, sum(numerator) as numerator, sum(denominator) as denominator
    from (
        select kpi, period_start, member, currency, numerator, denominator from known
        where seen_as = 'customers' and kpi in (select kpi from derived.kpi_nobody_sums)
        union all
        select kpi, period_start, channel, currency, numerator, denominator from derived.kpi_nobody_sums
    ) parts
    group by kpi, period_start, member, currency
), seen as (
    select seen_as, kpi, period_start, member, currency, sum(numerator) as numerator,
        sum(denominator) as denominator
    from known where kpi in (select kpi from derived.kpi_nobody_sums)
    group by seen_as, kpi, period_start, member, currency
), ways as (
    select seen_as from derived.kpi_labels union select 'customers'
), unseen as (
    select w.seen_as, h.kpi, h.period_start, h.member, h.currency,
        greatest(h.numerator - coalesce(s.numerator, 0), 0) as numerator,
        case when h.denominator is not null
            then greatest(h.denominator - coalesce(s.denominator, 0), 0) end as denominator
    from happened h cross join ways w
    left join seen s on s.seen_as = w.seen_as and s.kpi = h.kpi and s.period_start = h.period_start
        and s.member = h.member and s.currency is not distinct from h.currency
)
select seen_as, kpi, grain, period, period_start, dimension, member, segment, currency, numerator,
    denominator
from known
union all
select seen_as, kpi, 'events', 'day', period_start, 'channel', member, 'nobody known', currency,
    numerator, denominator
from unseen where numerator > 0 or denominator > 0
