-- Records that the warehouse names: one row per record, landed, held back, in the ledger or published.
--
-- Reads landed.contacts, landed.interactions, landed.quarantined_rows, ledger.records and settled.crosswalk.
select channel, source_record_id from landed.contacts
union select channel, source_record_id from landed.interactions
union select channel, source_record_id from landed.quarantined_rows
union select channel, source_record_id from ledger.records
union select channel, source_record_id from settled.crosswalk
