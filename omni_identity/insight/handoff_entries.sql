-- Handoff entries: one row per handoff and interaction that stands before it or behind it.
--
-- Reads handoff_moves, touches and bounds. Within a thread before it is all that the thread has by then, behind it what
-- comes in its channel until the next handoff, for as long as a journey may be silent. Within a journey it is the carts of the stay before: all else that was done
-- there is of other matters, and a cart that was carried is of the thread. is_other says that it is not what the later
-- side had itself, is_since that neither a handoff nor the opening of a ticket comes between it and the handoff,
-- is_open that no ticket was closed between them, and no such silence fits there: what is asked after that is another
-- matter.
create or replace temp table handoff_entries as
with within_threads as (
    select m.subject_id, m.to_no, t.touch_no, t.touch_no < m.to_no as is_before,
        t.channel <> m.to_channel or m.is_turn as is_other, m.since_no,
        t.occurred_at >= m.to_at - b.journey_silence_days * interval 1 day as is_near,
        max(case when t.kind = 'ticket_opened' and t.touch_no < m.to_no then t.touch_no end) over along as opened_no,
        max(case when t.kind = 'ticket_closed' and t.touch_no < m.to_no then t.touch_no end) over along as closed_no,
        t.channel, t.interaction_id, t.kind, t.is_inbound, t.occurred_at, t.order_id, t.cart_id, t.ticket_id,
        t.conversation_id, t.headline,
        case when m.is_turn or t.kind in ('return', 'pickup') then t.reference_id end as reference_id
    from handoff_moves m join touches t on t.subject_id = m.subject_id and t.thread_id = m.thread_id cross join bounds b
    where m.found_in = 'thread' and (t.touch_no < m.to_no
        or t.channel = m.to_channel and (m.until_no is null or t.touch_no < m.until_no)
            and t.occurred_at <= m.to_at + b.journey_silence_days * interval 1 day)
    window along as (partition by m.subject_id, m.to_no)
)
select subject_id, to_no, is_before, is_other,
    touch_no >= greatest(coalesce(since_no, 0), coalesce(opened_no, 0)) as is_since,
    touch_no > coalesce(closed_no, 0) and is_near as is_open, kind in ('message', 'call', 'ticket_opened') as is_talk,
    channel, interaction_id, is_inbound, occurred_at, order_id, cart_id, ticket_id, conversation_id, reference_id,
    headline
from within_threads
union all
select m.subject_id, m.to_no, true, true, true, true, false,
    t.channel, t.interaction_id, t.is_inbound, t.occurred_at, null, t.cart_id, null, null, null, null
from handoff_moves m join touches t on t.subject_id = m.subject_id and t.channel = m.from_channel
    and t.touch_no >= m.from_first_no and t.touch_no <= m.from_no
where m.found_in = 'journey' and t.is_inbound and t.cart_id is not null
