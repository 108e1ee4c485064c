-- Customers that changed: one row per golden ID, former or new, of a customer that has other records than before
-- or a changed one.
--
-- Reads former_customers (the regrouped records as they were), derived.customers, and the marks on records.
with regrouped as (
    select record_no, golden_id from derived.customers
    semi join changed.regrouped_records using (record_no)
), moves as (
    select f.golden_id as former_id, n.golden_id
    from former_customers f full join regrouped n using (record_no)
    where f.golden_id is distinct from n.golden_id
        or record_no in (select record_no from changed.records)
        or record_no in (select record_no from changed.linkage_records)
)
select former_id from moves where former_id is not null
union
select golden_id from moves where golden_id is not null
