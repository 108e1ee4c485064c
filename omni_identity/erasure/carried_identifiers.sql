-- Identifiers that a person carries: one row per identifier value.
--
-- Reads carried_by_all, carried_in_interactions and person.
create or replace temp table carried as
select distinct kind, value from (
    select * from carried_by_all union all select * from carried_in_interactions
) semi join person using (channel, source_record_id)
