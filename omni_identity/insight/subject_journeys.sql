-- Journeys of subjects: one row per subject and journey, numbered in their order from 1.
--
-- Reads journey_stays.
create or replace temp table subject_journeys as
select subject_id, journey_number, min(started_at) as started_at, max(ended_at) as ended_at,
    max(ended_local) as ended_local,
    count(distinct channel) as channel_count,
    sum(touch_count)::bigint as touch_count,
    max(order_interaction_id) as order_interaction_id,
    count(order_interaction_id) > 0 as is_order,
    max(last_touch_no) as last_touch_no,
    arg_max(last_stage, position) as last_stage,
    bit_or(stage_bits) as stage_bits
from journey_stays group by subject_id, journey_number
