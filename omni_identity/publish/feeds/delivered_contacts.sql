-- Delivered contacts that take effect: one row per contact row of a delivered file that no other row has
-- superseded.
--
-- Reads derived.row_states and delivered_files.
create or replace temp table delivered_contacts as
select file_no, row_number, channel, source_record_id, state from derived.row_states
where state <> 'superseded' and file_no in (select file_no from delivered_files)
