-- Affected records: one row per record that came, changed or went, and per record of a changed customer, each
-- once.
--
-- Reads changed.records, changed.customers and derived.customers.
create or replace temp table affected_records as
select record_no from changed.records
union
select record_no from derived.customers where golden_id in (select golden_id from changed.customers)
