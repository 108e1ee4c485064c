-- New rows of derived.kpi_customers: one per customer of subjects that has no number yet.
--
-- Reads subjects and derived.kpi_customers.
insert into derived.kpi_customers
select (select coalesce(max(customer_no), 0) from derived.kpi_customers)
    + row_number() over (), golden_id
from (select distinct golden_id from subjects where golden_id is not null) n
where not exists (select 1 from derived.kpi_customers c where c.golden_id = n.golden_id)
