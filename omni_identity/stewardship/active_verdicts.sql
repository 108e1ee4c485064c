-- Active verdicts on who is one person: one row per verdict that no later entry supersedes or withdraws, the oldest first.
--
-- Reads derived.verdict_entries.
select file, row_number, record_no_l, record_no_r, judgement = 'same' as is_same
from derived.verdict_entries
where state = 'active' and judgement in ('same', 'different', 'household', 'not_household')
order by judged_at nulls first, file, row_number
