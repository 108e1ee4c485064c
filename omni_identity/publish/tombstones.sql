-- Customers of whom an erasure left nothing: one row per golden ID that lives by its last event and has no
-- published record.
--
-- Reads settled.golden_id_events, settled.crosswalk and ledger.runs. In the crosswalk without a record, they are
-- retired by the next run.
insert into settled.crosswalk (golden_id)
with last_events as (
    select e.golden_id, max(r.run_number) as run_number
    from settled.golden_id_events e join ledger.runs r using (run_id) group by e.golden_id
)
select distinct e.golden_id
from settled.golden_id_events e
join ledger.runs r using (run_id)
join last_events l on l.golden_id = e.golden_id and l.run_number = r.run_number
where e.event not in ('retired', 'merged')
    and e.golden_id not in (
        select golden_id from settled.crosswalk where golden_id is not null
    )
