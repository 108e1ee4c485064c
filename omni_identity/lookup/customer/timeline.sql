-- Timeline of a customer: one row per thing that they did or were told, in any channel, the newest first; of several
-- that make up a thread, which thread, and how they came to this channel where that was a handoff. What was said stands
-- beside it.
-- Reads interactions, messages, handoffs. At most $most rows.
select i.occurred_at, i.channel, i.interaction_id, i.kind, i.amount, i.currency, i.item_count, i.status, i.store,
    i.campaign, i.subject, coalesce(i.order_id, i.ticket_id, i.cart_id, i.conversation_id) as number,
    case when count(*) over (partition by i.thread_id) > 1 then i.thread_id end as thread_id, i.thread_reason,
    case when m.is_bot then coalesce(m.agent || ' (bot)', 'bot')
        when m.agent is not null then m.agent
        when m.text is null then null
        when coalesce(i.direction, 'inbound') <> 'outbound' and i.kind <> 'ticket_closed' then 'customer'
        else 'company' end as said_by,
    m.text as said, h.kind as handoff, h.from_channel, h.context_carried, h.asked_again, count(*) over () as row_count
from interactions i
left join messages m on m.channel = i.channel and m.interaction_id = i.interaction_id
left join handoffs h on h.to_channel = i.channel and h.to_interaction_id = i.interaction_id
where i.golden_id = $id
order by i.occurred_at desc, i.channel, i.interaction_id
limit $most
