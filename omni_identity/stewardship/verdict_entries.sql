-- Entries of verdict files: one row per entry whose two records are in the ledger, the oldest first.
--
-- Reads derived.verdict_entries, the entries as they were read, and ledger.records. Of the entries on one pair
-- the latest counts; one without a time is older than all that have one.
create or replace table derived.verdict_entries as
select e.*, l.record_no as record_no_l, r.record_no as record_no_r,
    case when row_number() over (
            partition by least(l.record_no, r.record_no), greatest(l.record_no, r.record_no)
            order by judged_at desc nulls last, file desc, row_number desc
        ) > 1 then 'superseded'
        when judgement = 'withdrawn' then 'withdrawal' else 'active' end as state
from derived.verdict_entries e
join ledger.records l on l.channel = e.channel_l and l.source_record_id = e.source_record_id_l
join ledger.records r on r.channel = e.channel_r and r.source_record_id = e.source_record_id_r
order by judged_at nulls first, file, row_number
