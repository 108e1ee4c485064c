-- Identifiers that are a person's own: one row per identifier value that the person carries and nobody else does.
--
-- Reads carried, carried_by_all, carried_in_interactions and others.
create or replace temp table own_identifiers as
select kind, value from carried
anti join (
    select kind, value from (
        select * from carried_by_all union all select * from carried_in_interactions
    ) semi join others using (channel, source_record_id)
) using (kind, value)
