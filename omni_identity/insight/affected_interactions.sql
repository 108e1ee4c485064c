-- Affected interactions: each that is looked at again once, channel and interaction_id.
--
-- Reads new_files, landed.interactions, landed.lines, derived.interactions, sought_interactions, affected_records,
-- affected_values, ledger.records, expired_interactions and expired_messages. They are those that landed or whose
-- lines did, those of affected records, those that carry an identifier which changed or which such a record has,
-- those of which a version or what was said has expired, and all of changed customers.
create or replace temp table affected_interactions as
with named_records as (
    select l.channel, l.source_record_id
    from ledger.records l where record_no in (select record_no from affected_records)
)
select channel, interaction_id from landed.interactions
where file_no in (select file_no from new_files)
union
select channel, interaction_id from landed.lines
semi join landed.interactions using (channel, interaction_id)
where file_no in (select file_no from new_files)
union
select i.channel, i.interaction_id from derived.interactions i
semi join named_records using (channel, source_record_id)
union
select i.channel, i.interaction_id from landed.interactions i
semi join (
    select file_no, row_number from sought_interactions
    semi join affected_values using (identifier, value)
) f using (file_no, row_number)
union
select channel, interaction_id from derived.interactions
where golden_id in (select golden_id from changed.customers)
union
select channel, interaction_id from expired_interactions
union
select channel, interaction_id from expired_messages
