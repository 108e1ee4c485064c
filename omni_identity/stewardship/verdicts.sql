-- Verdicts and what came of them: one row per entry of a verdict file that was not rejected.
--
-- Reads derived.verdict_entries, derived.constraints, derived.broken_verdicts and derived.source_records. An active
-- verdict is dormant where one of its records is not current (of wrong data: the first), and broken where something
-- forbids it.
create or replace table derived.verdicts as
select e.file, e.row_number, e.judged_at, e.judgement, e.subject, e.channel_l, e.source_record_id_l,
    e.channel_r, e.source_record_id_r, e.judged_by, e.reason, e.state = 'active' as is_active,
    case when e.state <> 'active' then e.state
        when l.record_no is null or (r.record_no is null and e.judgement <> 'wrong_data') then 'dormant'
        when b.record_no_l is not null and c.judgement is not null then 'broken'
        else 'applied' end as standing
from derived.verdict_entries e
left join derived.source_records l on l.record_no = e.record_no_l
left join derived.source_records r on r.record_no = e.record_no_r
left join derived.constraints c on c.record_no_l = least(e.record_no_l, e.record_no_r)
    and c.record_no_r = greatest(e.record_no_l, e.record_no_r) and e.state = 'active'
    and e.judgement in ('same', 'different', 'household', 'not_household')
left join derived.broken_verdicts b
    on b.record_no_l = c.record_no_l and b.record_no_r = c.record_no_r
where e.state <> 'rejected'
order by e.file, e.row_number
