-- Customers about whom questions may be others than before: one row per golden ID, former or new.
--
-- Reads changed.customers, changed.regrouped_records and derived.customers. A verdict that moves nobody still
-- answers a question about those whose records it names.
create or replace temp table reviewed_customers as
select golden_id from changed.customers
union
select golden_id from derived.customers semi join changed.regrouped_records using (record_no)
