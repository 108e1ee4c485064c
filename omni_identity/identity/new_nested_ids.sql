-- Strict and loose IDs of regrouped records: one row per current record.
--
-- Reads derived.clusters, derived.customers, ledger.records and changed.regrouped_records. Both are made of a least
-- seniority, as golden IDs are. Where verdicts are in each other's way the cuts need not lie within each other:
-- a strict ID is what a cluster and a customer have in common, and a customer has the eldest of its loose ones.
create or replace table derived.new_nested_ids as
with members as (
    select c.record_no, c.strict_no, t.golden_id, l.seniority,
        min(l.seniority) over (partition by c.loose_no) as loose_seniority
    from derived.clusters c
    join derived.customers t using (record_no)
    join ledger.records l using (record_no)
    where c.record_no in (select record_no from changed.regrouped_records)
)
select record_no,
    'S' || lpad(min(seniority) over (partition by golden_id, strict_no)::varchar, 10, '0') as strict_id,
    'L' || lpad(min(loose_seniority) over (partition by golden_id)::varchar, 10, '0') as loose_id
from members
