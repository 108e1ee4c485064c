-- Golden IDs as the last run has given them: one row per affected record.
--
-- Reads derived.affected_records and derived.customers.
select record_no, channel || ':' || source_record_id as name, golden_id
from derived.customers semi join derived.affected_records using (record_no) order by record_no
