-- The beginning of the crosswalk's history: one row per record of the last publication.
--
-- Reads settled.crosswalk and ledger.runs. In a home that published before there was a history, it begins with
-- the last publication.
insert into settled.crosswalk_changes
select last_run.run_id, channel, source_record_id, golden_id
from settled.crosswalk cross join (
    select run_id from ledger.runs where status = 'published'
    order by run_number desc limit 1
) last_run
where channel is not null and not exists (select 1 from settled.crosswalk_changes)
