-- Runs whose reports are old: one row per run that began before $oldest.
--
-- Reads ledger.runs. The last run and the last published one are not old, whatever their age.
with kept as (
    select max(run_number) as run_number from ledger.runs
    union all
    select max(run_number) as run_number from ledger.runs where status in ('published', 'publishing')
)
select run_id from ledger.runs
where started_at < $oldest
    and run_number not in (select run_number from kept where run_number is not null)
