-- Sums of figures by own segments: one row per KPI, period, own segment, member, segment and currency.
--
-- Reads derived.kpi_contributions with labels, customers and definitions, derived.customer_segments and
-- figure_moments. A customer is of the members of now; who is in none, and nobody known, is in none of the rows.
create or replace temp table own_segment_sums as
select l.seen_as, l.kpi, d.grain, l.period, c.period_start, 'segment_' || s.segment as dimension,
    s.member, l.segment, l.currency, sum(c.numerator)::decimal(38, 2) as numerator,
    sum(c.denominator)::bigint as denominator
from derived.kpi_contributions c cross join figure_moments m
join derived.kpi_labels l on l.label_no = c.label_no
join derived.kpi_customers k on k.customer_no = c.customer_no
join derived.customer_segments s on s.golden_id = k.golden_id
join derived.kpi_definitions d on d.kpi = l.kpi
where l.seen_as = 'customers' and (c.counts_from is null or c.counts_from <= m.as_of)
    and (l.dimension = 'all'
        or d.grain = 'events' and l.dimension = 'channel'
        or d.grain = 'journeys' and l.dimension = 'journey'
        or d.grain = 'campaigns' and l.dimension = 'campaign'
        or d.grain = 'handoffs' and l.dimension = 'handoff'
        or d.grain = 'stages' and l.dimension = 'stage')
group by l.seen_as, l.kpi, d.grain, l.period, c.period_start, s.segment, s.member, l.segment, l.currency
