-- What a person shares and did: one row.
--
-- Reads carried, own_identifiers, person and landed.interactions.
select (select count(*) from carried anti join own_identifiers using (kind, value)) as shared,
    (select count(distinct (channel, interaction_id)) from landed.interactions
        semi join person using (channel, source_record_id)) as interactions
