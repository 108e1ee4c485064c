-- Golden IDs under the verdicts as they stand: one row per clustered record.
--
-- Reads derived.clusters and ledger.records. The ID is made as identity/new_customers.sql makes it.
select record_no, channel || ':' || source_record_id as name,
    'G' || lpad(min(seniority) over (partition by cluster_no)::varchar, 10, '0') as golden_id
from derived.clusters join ledger.records using (record_no) order by record_no
