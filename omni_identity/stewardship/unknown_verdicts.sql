-- Verdicts on records that nobody has seen: one row per entry that names a record which is not in the ledger.
--
-- Reads derived.verdict_entries and named_records.
insert into derived.rejected_verdicts
select e.file, e.row_number, $code, $detail
from derived.verdict_entries e
left join named_records l on l.channel = e.channel_l
    and l.source_record_id = e.source_record_id_l
left join named_records r on r.channel = e.channel_r
    and r.source_record_id = e.source_record_id_r
where l.record_no is null or r.record_no is null
