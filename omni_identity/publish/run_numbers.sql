-- Numbers of runs: one row per run.
--
-- Reads ledger.runs. The runs of a home from before there were numbers are numbered by the clock that they went
-- by then.
update ledger.runs set run_number = numbered.run_number from (
    select run_id as numbered_id, row_number() over (order by started_at, run_id) as run_number
    from ledger.runs
) numbered where runs.run_id = numbered.numbered_id
