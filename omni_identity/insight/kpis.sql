-- derived.kpis: one row per KPI, period, dimension and member, of golden customers.
--
-- Reads figures.
create or replace table derived.kpis as
select kpi, period, period_start, period_end, dimension, member, numerator, denominator, value
from figures where seen_as = 'customers'
order by kpi, period, period_start, dimension, member
