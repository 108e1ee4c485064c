-- Figures that customers count in: one row per golden ID and KPI.
--
-- Reads warehouse.derived.kpi_contributions, kpi_customers and kpi_labels, of the last run, and
-- derived.concerned_customers.
create or replace table derived.figures as
select distinct c.golden_id, l.kpi
from warehouse.derived.kpi_customers c
join warehouse.derived.kpi_contributions k using (customer_no)
join warehouse.derived.kpi_labels l using (label_no)
where l.seen_as = 'customers' and c.golden_id in (from derived.concerned_customers)
