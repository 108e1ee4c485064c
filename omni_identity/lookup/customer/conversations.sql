-- Conversations with a customer: one row per thing said in one of the last $threads threads in which anything was.
-- The columns are called as a screen heads them, # before numbers. Reads interactions, messages.
with entries as (
    select i.thread_id, i.occurred_at, i.channel, i.interaction_id, i.kind, i.direction, i.subject,
        m.agent, m.is_bot, m.text
    from interactions i left join messages m
        on m.channel = i.channel and m.interaction_id = i.interaction_id
    where i.golden_id = $id and i.kind in ('message', 'call', 'ticket_opened', 'ticket_closed')
), last_threads as (
    select thread_id, max(occurred_at) as last_at from entries group by thread_id
    having count(text) > 0 order by last_at desc, thread_id limit $threads
)
select e.occurred_at as "when", e.channel as "where", case
        when e.is_bot then coalesce(e.agent || ' (bot)', 'bot')
        when e.agent is not null then e.agent
        when coalesce(e.direction, 'inbound') <> 'outbound' and e.kind <> 'ticket_closed' then 'customer'
        else 'company' end as who,
    coalesce(e.text, concat_ws(': ', replace(e.kind, '_', ' '), e.subject)) as said,
    e.thread_id
from entries e join last_threads t using (thread_id)
order by t.last_at desc, t.thread_id, e.occurred_at desc, e.channel, e.interaction_id
