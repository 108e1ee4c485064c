-- Records of customers: one row per record.
--
-- Reads warehouse.derived.customers, which a first run leaves in the order of golden IDs.
select record_no, channel, source_record_id, golden_id from warehouse.derived.customers
where golden_id in (select unnest($golden_ids::varchar[]))
order by record_no
