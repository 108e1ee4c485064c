-- The crosswalk after a past run: one row per record that had a customer then.
--
-- Reads the published crosswalk_changes and runs; past_run_id is the argument of the macro that consumers call.
-- Of a run that published nothing it is what they went on reading; of an unknown run it is empty.
select channel, source_record_id, golden_id
from (
    select c.channel, c.source_record_id, c.golden_id
    from crosswalk_changes c join runs r using (run_id)
    where r.run_number <= (select run_number from runs where run_id = past_run_id)
    qualify row_number() over (
        partition by c.channel, c.source_record_id order by r.run_number desc
    ) = 1
)
where golden_id is not null
