-- The entry of a pair that counts: one row, or none.
--
-- Reads derived.verdict_entries.
select judgement, judged_at, judged_by, file, row_number, state = 'rejected' as is_rejected
from derived.verdict_entries
where least(record_no_l, record_no_r) = $left and greatest(record_no_l, record_no_r) = $right
    and state <> 'superseded'
