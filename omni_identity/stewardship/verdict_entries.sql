-- Entries of verdict files: one row per entry whose two records are in the ledger, the oldest first.
--
-- Reads derived.verdict_entries, the entries as they were read, and named_records. Of the entries on one pair
-- that are about the same thing the latest counts: whether it is one person; one attribute of the first record; one
-- identifier; whether it is to be asked. A withdrawal takes back all that was said of a pair before. One without a
-- time is older than all that have one.
create or replace table derived.verdict_entries as
with known as (
    select e.*, l.record_no as record_no_l, r.record_no as record_no_r,
        case e.judgement when 'wrong_data' then concat_ws('|', e.judgement, l.record_no::varchar, e.subject)
            when 'shared' then concat_ws('|', e.judgement, e.subject)
            when 'unsure' then e.judgement else 'person' end as topic,
        least(l.record_no, r.record_no) as one, greatest(l.record_no, r.record_no) as other
    from derived.verdict_entries e
    join named_records l on l.channel = e.channel_l and l.source_record_id = e.source_record_id_l
    join named_records r on r.channel = e.channel_r and r.source_record_id = e.source_record_id_r
), placed as (
    select *,
        row_number() over (
            partition by one, other, topic order by judged_at desc nulls last, file desc, row_number desc
        ) as place,
        coalesce(bool_or(judgement = 'withdrawn') over (
            partition by one, other order by judged_at nulls first, file, row_number
            rows between 1 following and unbounded following
        ), false) as is_withdrawn
    from known
)
select * exclude (topic, one, other, place, is_withdrawn),
    case when place > 1 or is_withdrawn then 'superseded'
        when judgement = 'withdrawn' then 'withdrawal' else 'active' end as state
from placed
order by judged_at nulls first, file, row_number
