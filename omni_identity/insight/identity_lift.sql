-- derived.identity_lift: one row per figure, by golden customers beside the channels' own records.
--
-- Reads derived.kpis and figures.
create or replace table derived.identity_lift as
with by_records as (select * from figures where seen_as = 'records')
select coalesce(c.kpi, r.kpi) as kpi, coalesce(c.period, r.period) as period,
    coalesce(c.period_start, r.period_start) as period_start,
    coalesce(c.period_end, r.period_end) as period_end,
    coalesce(c.dimension, r.dimension) as dimension, coalesce(c.member, r.member) as member,
    r.value as value_by_records, c.value as value_by_customers,
    c.value - r.value as difference
from derived.kpis c full join by_records r
    on r.kpi = c.kpi and r.period = c.period and r.period_start = c.period_start
    and r.dimension = c.dimension and r.member = c.member
order by kpi, period, period_start, dimension, member
