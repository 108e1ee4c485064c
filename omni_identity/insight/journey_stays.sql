-- Journey stays: one row per stay of a subject in a channel, in the order of the journey.
--
-- Reads touches, orders and bounds. A journey ends with an order that was not cancelled, or with a silence
-- longer than insight.journey_silence_days. Returns and pick-ups fulfil or undo an order and lead to no other:
-- they are no part of a journey. Touches of one channel that follow each other are one stay there. stage_bits are the
-- stages reached in it: 1, 2, 4 ... in the order that journey_stages.sql has.
create or replace temp table journey_stays as
with steps as (
    select t.subject_id, t.channel, t.occurred_at, t.local_at, t.touch_no, t.stage,
        o.interaction_id as order_interaction_id
    from touches t left join orders o using (subject_id, touch_no)
    where t.is_inbound and t.kind not in ('return', 'pickup')
), beside as (
    select *, lag(occurred_at) over along as before_at, lag(channel) over along as channel_before,
        lag(order_interaction_id) over along is not null as is_after_order
    from steps
    window along as (partition by subject_id order by touch_no)
), begun as (
    select subject_id, channel, occurred_at, local_at, touch_no, stage, order_interaction_id, channel_before,
        case when before_at is null or is_after_order
            or occurred_at > before_at + journey_silence_days * interval 1 day
        then 1 else 0 end as is_begin
    from beside cross join bounds
), numbered as (
    select *, sum(is_begin) over along as journey_number,
        sum(case when is_begin = 1 or channel <> channel_before then 1 else 0 end)
            over along as stay_number
    from begun
    window along as (
        partition by subject_id order by touch_no
        rows between unbounded preceding and current row
    )
), stays as (
    select subject_id, stay_number, min(journey_number) as journey_number,
        min(channel) as channel, min(occurred_at) as started_at, max(occurred_at) as ended_at,
        max(local_at) as ended_local, count(*) as touch_count,
        max(order_interaction_id) as order_interaction_id,
        min(touch_no) as first_touch_no, max(touch_no) as last_touch_no,
        arg_max(stage, touch_no) as last_stage,
        bit_or(case stage when 'awareness' then 1 when 'consideration' then 2 when 'purchase' then 4
            when 'use_and_service' then 16 when 'loyalty' then 64 else 0 end) as stage_bits
    from numbered group by subject_id, stay_number
)
select subject_id, journey_number::bigint as journey_number,
    row_number() over (
        partition by subject_id, journey_number order by stay_number
    )::bigint as position,
    channel, started_at, ended_at, ended_local, touch_count, order_interaction_id, first_touch_no,
    last_touch_no, last_stage, stage_bits
from stays
