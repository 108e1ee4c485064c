-- Landed rows of erased records: one row per row of contacts or interactions.
--
-- Reads landed.contacts, landed.interactions and erased_records.
create or replace temp table erased_rows as
select file_no, row_number from landed.contacts
    semi join erased_records using (channel, source_record_id)
union
select file_no, row_number from landed.interactions
    semi join erased_records using (channel, source_record_id)
