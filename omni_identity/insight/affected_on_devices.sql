-- Further affected interactions: one row per interaction on the devices of those that are affected.
--
-- Reads sought_interactions, landed.interactions and affected_interactions. Who is identified on a device may
-- say whose its other interactions are.
insert into affected_interactions
with of_devices as (
    select file_no, row_number, value from sought_interactions where identifier = 'device_id'
), devices as (
    select d.value from of_devices d join landed.interactions i using (file_no, row_number)
    semi join affected_interactions t
        on t.channel = i.channel and t.interaction_id = i.interaction_id
)
select i.channel, i.interaction_id from landed.interactions i
semi join (select file_no, row_number from of_devices where value in (select value from devices)) d
    using (file_no, row_number)
except select channel, interaction_id from affected_interactions
