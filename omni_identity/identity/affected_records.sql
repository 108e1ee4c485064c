-- Affected records: one row per source record whose newest version may be another than before.
--
-- Reads derived.new_contact_files, derived.row_states, landed.standardised_contacts and landed.quarantined_rows.
-- Those that a new file names; and all of a channel that has a new snapshot, which deletes whom it lacks. A row
-- that is held back names a record that has other rows.
create or replace table derived.affected_records as
select channel, source_record_id from landed.standardised_contacts
where file_no in (select file_no from derived.new_contact_files)
union
select q.channel, q.source_record_id from landed.quarantined_rows q
join derived.row_states r on r.channel = q.channel and r.source_record_id = q.source_record_id
where q.feed = 'contacts' and q.file_no in (select file_no from derived.new_contact_files)
union
select channel, source_record_id from derived.row_states
where list_contains($snapshots::varchar[], channel)
    and channel in (select channel from derived.new_contact_files)
