-- Published records that are lost: one row per published record of which no landed row tells.
--
-- Reads settled.crosswalk, landed.standardised_contacts and landed.quarantined_rows.
select s.channel, s.source_record_id from settled.crosswalk s
anti join landed.standardised_contacts l
    on l.channel = s.channel and l.source_record_id = s.source_record_id
anti join landed.quarantined_rows q
    on q.channel = s.channel and q.source_record_id = s.source_record_id
where s.channel is not null
