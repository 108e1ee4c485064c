-- Customers of regrouped records: one row per current record.
--
-- Reads derived.clusters, ledger.records and changed.regrouped_records. The golden ID is made of the least
-- seniority in the cluster (ten digits: a warehouse holds fewer than 10^10 records). In the order of golden IDs: who
-- asks for a customer's records reads a part of the table then.
create or replace table derived.new_customers as
select c.record_no, l.channel, l.source_record_id,
    'G' || lpad(min(l.seniority) over (partition by c.cluster_no)::varchar, 10, '0') as golden_id
from derived.clusters c join ledger.records l using (record_no)
where c.record_no in (select record_no from changed.regrouped_records)
order by golden_id, c.record_no
