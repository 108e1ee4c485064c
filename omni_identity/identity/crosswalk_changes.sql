-- Records whose golden ID this run changes: one row per record of an affected customer; golden_id is null where it
-- leaves the crosswalk.
--
-- Reads settled.crosswalk, derived.customers and changed.customers. Rows of erased persons in the settled
-- crosswalk name no channel any more, and leave without a word.
create or replace table derived.crosswalk_changes as
with former as (
    select channel, source_record_id, golden_id from settled.crosswalk
    semi join changed.customers using (golden_id) where channel is not null
), current_ids as (
    select channel, source_record_id, golden_id from derived.customers
    semi join changed.customers using (golden_id)
)
select $run_id as run_id, channel, source_record_id, n.golden_id
from former b full join current_ids n using (channel, source_record_id)
where b.golden_id is distinct from n.golden_id
order by channel, source_record_id
