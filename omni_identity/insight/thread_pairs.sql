-- Thread pairs: one per interaction and another of its customer's with which it shares an ID or that it refers
-- to.
--
-- Reads thread_nodes. Interactions share a conversation, ticket, order or cart. Two channels that count from
-- one give two tickets, or orders, the same number: where both opened one, it is shared within a channel only
-- (the least and the greatest opener differ: not every engine counts distinct in windows). Returns and pick-ups
-- may refer to an order of another channel, if only one is called so.
create or replace temp table thread_pairs as
with shared as (
    select record_no, golden_id, 'conversation' as named, conversation_id as value, '' as scope
    from thread_nodes where conversation_id is not null
    union all
    select record_no, golden_id, 'cart', cart_id, '' from thread_nodes where cart_id is not null
    union all
    select record_no, golden_id, 'ticket', ticket_id,
        case when min(case when kind = 'ticket_opened' then channel end) over same
            < max(case when kind = 'ticket_opened' then channel end) over same
        then channel else '' end
    from thread_nodes where ticket_id is not null
    window same as (partition by golden_id, ticket_id)
    union all
    select record_no, golden_id, 'order', order_id,
        case when min(case when kind = 'order' then channel end) over same
            < max(case when kind = 'order' then channel end) over same
        then channel else '' end
    from thread_nodes where order_id is not null
    window same as (partition by golden_id, order_id)
), joined as (
    select min(record_no) over (partition by golden_id, named, value, scope) as record_no_l,
        record_no as record_no_r
    from shared
), only_orders as (
    select golden_id, interaction_id, min(record_no) as record_no from thread_nodes
    where kind = 'order' group by golden_id, interaction_id having count(*) = 1
)
select record_no_l, record_no_r from joined where record_no_l < record_no_r
union all
select least(a.record_no, coalesce(own.record_no, other.record_no)) as record_no_l,
    greatest(a.record_no, coalesce(own.record_no, other.record_no)) as record_no_r
from thread_nodes a
left join thread_nodes own on own.golden_id = a.golden_id and own.channel = a.channel
    and own.interaction_id = a.reference_id
left join only_orders other on other.golden_id = a.golden_id and other.interaction_id = a.reference_id
    and a.kind in ('return', 'pickup')
where a.reference_id is not null
    and coalesce(own.record_no, other.record_no) <> a.record_no
