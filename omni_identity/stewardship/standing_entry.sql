-- The entry of a pair that counts beside a new one: one row, or none.
--
-- Reads derived.verdict_entries. It is about the same thing: who is one person, one value, or whether to ask; a
-- withdrawal meets whatever stands.
select judgement, subject, judged_at, judged_by, file, row_number, state = 'rejected' as is_rejected
from derived.verdict_entries
where least(record_no_l, record_no_r) = least($left, $right)
    and greatest(record_no_l, record_no_r) = greatest($left, $right)
    and state <> 'superseded'
    and case when $judgement = 'withdrawn' then true
        when $judgement = 'wrong_data' then judgement = 'wrong_data' and subject = $subject and record_no_l = $left
        when $judgement = 'shared' then judgement = 'shared' and subject = $subject
        when $judgement = 'unsure' then judgement = 'unsure'
        else judgement not in ('wrong_data', 'shared', 'unsure') end
order by judgement = 'withdrawn', judged_at desc nulls last, file desc, row_number desc
limit 1
