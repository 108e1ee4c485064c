-- Journey stages: one row per journey of a subject, with the stages it went through and the one it ended in.
--
-- Reads subject_journeys, orders, touches, subjects and unowned. A journey that led to an order goes on with what
-- became of it: what the customer did later in the order's thread, and its pick-up or return by nobody known. Stages
-- are in the order of the list, each once.
create or replace temp table journey_stages as
with became as (
    select o.subject_id, o.touch_no, t.stage, t.occurred_at
    from orders o
    join touches p on p.subject_id = o.subject_id and p.touch_no = o.touch_no
    join (
        select subject_id, thread_id, touch_no, stage, occurred_at from touches
        where is_inbound and kind in ('pickup', 'return', 'message', 'call', 'ticket_opened')
    ) t on t.subject_id = p.subject_id and t.thread_id = p.thread_id and t.touch_no > p.touch_no
    union all
    select o.subject_id, o.touch_no, case u.kind when 'pickup' then 'pick_up' else 'return' end, u.occurred_at
    from orders o join subjects s on s.subject_id = o.subject_id
    join unowned u on u.seen_as = s.seen_as and u.order_id = o.order_id
        and (u.only_channel is null or u.only_channel = o.channel)
    where u.kind in ('pickup', 'return') and u.occurred_at >= o.occurred_at
), later as (
    select subject_id, touch_no, arg_max(stage, (occurred_at, stage)) as last_stage,
        bit_or(case stage when 'pick_up' then 8 when 'use_and_service' then 16 when 'return' then 32 else 0 end)
            as stage_bits
    from became group by subject_id, touch_no
), reached as (
    select j.subject_id, j.journey_number, coalesce(l.last_stage, j.last_stage) as last_stage,
        j.stage_bits | coalesce(l.stage_bits, 0) as stage_bits
    from subject_journeys j
    left join later l on l.subject_id = j.subject_id and l.touch_no = j.last_touch_no and j.is_order
)
select subject_id, journey_number, last_stage, concat_ws(' > ',
    case when (stage_bits & 1) > 0 then 'awareness' end,
    case when (stage_bits & 2) > 0 then 'consideration' end,
    case when (stage_bits & 4) > 0 then 'purchase' end,
    case when (stage_bits & 8) > 0 then 'pick_up' end,
    case when (stage_bits & 16) > 0 then 'use_and_service' end,
    case when (stage_bits & 32) > 0 then 'return' end,
    case when (stage_bits & 64) > 0 then 'loyalty' end) as stages
from reached
