-- New rows of derived.open_matters: one per item that is open with a changed customer.
--
-- Reads item_history, carts_left, derived.interactions, order_products and done_by_others. What of a cart is open,
-- carts_left.sql says. A ticket is open until it is closed; one that was closed before it was opened is closed. An
-- order waits for its pick-up while its last status is one of $pickup, no pick-up names it, and no return that takes
-- all of it back. What nobody known did counts too: a closing in the ticket's channel, a pick-up or return in any;
-- and so does a pick-up or return by another customer, where it is clear which order it is of.
create or replace table derived.new_open_matters as
with orders as (
    select golden_id, channel, interaction_id, order_id, occurred_at, thread_id, status,
        store, product_id, amount, currency, item_count
    from item_history where kind = 'order'
), opened as (
    select golden_id, channel, ticket_id, min(thread_id) as thread_id,
        min(occurred_at) as first_opened_at, max(occurred_at) as last_opened_at
    from item_history where kind = 'ticket_opened' and ticket_id is not null
    group by golden_id, channel, ticket_id
), closed as (
    select o.golden_id, o.channel, o.ticket_id, max(i.occurred_at) as closed_at
    from opened o join derived.interactions i
        on i.channel = o.channel and i.ticket_id = o.ticket_id
    where i.kind = 'ticket_closed' and (i.golden_id is null or i.golden_id = o.golden_id)
    group by o.golden_id, o.channel, o.ticket_id
), still_open as (
    select o.* from opened o left join closed c using (golden_id, channel, ticket_id)
    where c.closed_at is null
        or (c.closed_at >= o.first_opened_at and c.closed_at < o.last_opened_at)
), last_words as (
    select golden_id, thread_id, occurred_at, channel,
        kind = 'call' or coalesce(direction, 'inbound') = 'outbound' as is_answer
    from item_history where kind in ('ticket_opened', 'message', 'call')
    qualify row_number() over (
        partition by golden_id, thread_id
        order by occurred_at desc, is_answer desc, channel, interaction_id
    ) = 1
), newest as (
    select * from orders where order_id is not null
    qualify row_number() over (
        partition by golden_id, channel, order_id order by occurred_at desc, interaction_id desc
    ) = 1
), ready as (
    select * from newest where list_contains($pickup::varchar[], lower(status))
), fetched as (
    select r.golden_id, r.channel, r.order_id, i.kind from ready r join derived.interactions i
        on i.order_id = r.order_id
    where i.kind in ('pickup', 'return') and (i.golden_id is null or i.golden_id = r.golden_id)
    union
    select r.golden_id, r.channel, r.order_id, i.kind from ready r join item_history i
        on i.golden_id = r.golden_id and i.reference_id = r.interaction_id
    where i.kind in ('pickup', 'return')
    union
    select order_golden_id, order_channel, order_id, kind from done_by_others
), done as (
    select distinct f.golden_id, f.channel, f.order_id from fetched f
    left join order_products p
        on p.golden_id = f.golden_id and p.channel = f.channel and p.order_key = f.order_id
    where f.kind = 'pickup' or not coalesce(p.is_partly_returned, false)
)
select c.golden_id, 'cart' as matter, c.channel, c.matter_id, c.thread_id,
    c.occurred_at as since, c.occurred_at as last_at, c.channel as last_channel, null::varchar as waits_for,
    null::varchar as store, c.product_id, c.amount, c.currency, c.item_count, c.products
from carts_left c
union all
select t.golden_id, 'ticket', t.channel, t.ticket_id, t.thread_id,
    t.last_opened_at, w.occurred_at, w.channel, case when w.is_answer then 'customer' else 'company' end,
    null, null, null, null, null, null
from still_open t join last_words w using (golden_id, thread_id)
union all
select r.golden_id, 'pickup', r.channel, r.order_id, r.thread_id,
    r.occurred_at, r.occurred_at, r.channel, 'customer',
    r.store, r.product_id, r.amount, r.currency, r.item_count, p.products
from ready r
left join order_products p
    on p.golden_id = r.golden_id and p.channel = r.channel and p.order_key = r.order_id
anti join done f
    on f.golden_id = r.golden_id and f.channel = r.channel and f.order_id = r.order_id
order by golden_id, matter, channel, matter_id
