-- Verdicts and what came of them: one row per entry of a verdict file that was not rejected.
--
-- Reads derived.verdict_entries, derived.constraints and derived.broken_verdicts. An active verdict is dormant
-- where one of its records is not current, and broken where something forbids it.
create or replace table derived.verdicts as
select e.file, e.row_number, e.judged_at, e.judgement, e.channel_l, e.source_record_id_l,
    e.channel_r, e.source_record_id_r, e.judged_by, e.reason, e.state = 'active' as is_active,
    case when e.state <> 'active' then e.state
        when c.judgement is null then 'dormant'
        when b.record_no_l is not null then 'broken'
        else 'applied' end as standing
from derived.verdict_entries e
left join derived.constraints c on c.record_no_l = least(e.record_no_l, e.record_no_r)
    and c.record_no_r = greatest(e.record_no_l, e.record_no_r) and e.state = 'active'
left join derived.broken_verdicts b
    on b.record_no_l = c.record_no_l and b.record_no_r = c.record_no_r
where e.state <> 'rejected'
order by e.file, e.row_number
