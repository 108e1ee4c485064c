-- Devices with an app: one row per affected customer and device that an app's own list names.
--
-- Reads derived.source_records and derived.affected_customers. $push are the channels whose lists are apps'; the
-- devices of others are cookies of browsers, by which nothing can be sent.
create or replace temp table app_devices as
select distinct golden_id, address from (
    select c.golden_id, unnest(s.device_id) as address
    from derived.source_records s join derived.affected_customers c on c.record_no = s.record_no
    where s.device_id is not null and list_contains($push::varchar[], s.channel)
) devices
