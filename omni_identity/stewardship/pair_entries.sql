-- Entries on a pair: one row per entry of a verdict file that names the two records, the latest first.
--
-- Reads derived.verdict_entries.
select judged_by, concat_ws(':', judgement, subject) as judgement, judged_at from derived.verdict_entries
where least(record_no_l, record_no_r) = least($one, $other)
    and greatest(record_no_l, record_no_r) = greatest($one, $other)
order by judged_at desc nulls last, file desc, row_number desc
