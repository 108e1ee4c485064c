-- Whether any verdict on values stands: one row, or none.
--
-- Reads derived.verdict_entries.
select judgement from derived.verdict_entries
where state = 'active' and judgement in ('wrong_data', 'shared')
limit 1
