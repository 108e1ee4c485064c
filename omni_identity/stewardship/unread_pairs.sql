-- Pairs that were judged since the last run: one row per pair with an active entry that the run has not read.
--
-- Reads derived.verdict_entries and warehouse.derived.verdict_entries, those of the last run.
select distinct record_no_l, record_no_r from derived.verdict_entries
anti join (select file, row_number from warehouse.derived.verdict_entries) as read_entries using (file, row_number)
where state = 'active'
