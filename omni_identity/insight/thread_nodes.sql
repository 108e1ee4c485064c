-- Thread nodes: one row per interaction of a known customer that names others, is named by one, or is talk.
--
-- Reads new_interactions. Most interactions, visits above all, name nothing and are named by nothing: they are
-- threads of their own. Talk is what may belong to other talk without saying so: messages, calls and tickets.
create or replace temp table thread_nodes as
select row_number() over () as record_no, golden_id, channel, interaction_id, occurred_at,
    kind, direction, reference_id, conversation_id, ticket_id, order_id, cart_id, subject,
    kind in ('message', 'call', 'ticket_opened', 'ticket_closed') as is_talk
from new_interactions
where golden_id is not null and (
    coalesce(conversation_id, ticket_id, order_id, cart_id, reference_id) is not null
    or kind in ('message', 'call', 'ticket_opened', 'ticket_closed')
    or (golden_id, interaction_id) in (
        select (golden_id, reference_id) from new_interactions
        where golden_id is not null and reference_id is not null
    )
)
