-- Interactions on devices: one row per device and interaction that carries it, with the customer where one is
-- known.
--
-- Reads sought_interactions and resolved_interactions.
create or replace temp table device_interactions as
select s.value as device, r.file_no, r.row_number, r.golden_id, r.occurred_at
from sought_interactions s join resolved_interactions r using (file_no, row_number)
where s.identifier = 'device_id'
