-- New records of the ledger: one row per affected record that no run has seen before.
--
-- Reads derived.affected_records and ledger.records. Records that are first seen in one run are numbered by
-- channel and record ID, so the same deliveries give the same numbers however their rows are ordered.
insert into ledger.records
select
    offset_no + row_number() over (order by channel, source_record_id) as record_no,
    record_no as seniority, channel, source_record_id, $now::timestamp
from derived.affected_records seen
anti join ledger.records known using (channel, source_record_id)
cross join (select coalesce(max(record_no), 0) as offset_no from ledger.records)
