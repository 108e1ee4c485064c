-- Order lines: one row per order of a changed customer and product in it: how much was bought, and what of it was
-- not brought back.
--
-- Reads derived.interactions, derived.interaction_lines and done_by_others. An order has the lines of its newest
-- version that has any. Returns are the customer's that name the order, those of nobody known that do, and others'
-- where it is clear which order they are of. A return without lines takes all of the order back. product is what
-- tells products apart, across channels.
create or replace temp table order_lines as
with orders as (
    select golden_id, channel, interaction_id, order_id, occurred_at,
        coalesce(order_id, interaction_id) as order_key
    from derived.interactions
    where kind = 'order' and golden_id in (select golden_id from changed.customers)
), itemised as (
    select o.golden_id, o.channel, o.order_key, o.interaction_id from orders o
    semi join derived.interaction_lines l
        on l.channel = o.channel and l.interaction_id = o.interaction_id
    qualify row_number() over (
        partition by o.golden_id, o.channel, o.order_key
        order by o.occurred_at desc, o.interaction_id desc
    ) = 1
), bought as (
    select o.golden_id, o.channel, o.order_key, coalesce(l.product_id, l.product_name, '') as product,
        coalesce(max(l.product_name), max(l.product_id), '?') as label, sum(coalesce(l.quantity, 1)) as quantity
    from itemised o join derived.interaction_lines l
        on l.channel = o.channel and l.interaction_id = o.interaction_id
    group by o.golden_id, o.channel, o.order_key, coalesce(l.product_id, l.product_name, '')
), returns as (
    select o.golden_id, o.channel, o.order_key, i.channel as return_channel,
        i.interaction_id as return_id
    from orders o join derived.interactions i on i.order_id = o.order_id
    where i.kind = 'return' and (i.golden_id is null or i.golden_id = o.golden_id)
    union
    select o.golden_id, o.channel, o.order_key, i.channel, i.interaction_id
    from orders o join derived.interactions i
        on i.golden_id = o.golden_id and i.reference_id = o.interaction_id
    where i.kind = 'return'
    union
    select order_golden_id, order_channel, order_id, channel, interaction_id
    from done_by_others where kind = 'return'
), whole as (
    select distinct golden_id, channel, order_key from returns r
    anti join derived.interaction_lines l
        on l.channel = r.return_channel and l.interaction_id = r.return_id
), back as (
    select r.golden_id, r.channel, r.order_key, coalesce(l.product_id, l.product_name, '') as product,
        sum(coalesce(l.quantity, 1)) as quantity
    from returns r join derived.interaction_lines l
        on l.channel = r.return_channel and l.interaction_id = r.return_id
    group by r.golden_id, r.channel, r.order_key, coalesce(l.product_id, l.product_name, '')
)
select b.golden_id, b.channel, b.order_key, b.product, b.label, b.quantity,
    case when w.golden_id is not null then 0
        else greatest(b.quantity - abs(coalesce(k.quantity, 0)), 0) end as kept_quantity
from bought b
left join whole w on w.golden_id = b.golden_id and w.channel = b.channel and w.order_key = b.order_key
left join back k on k.golden_id = b.golden_id and k.channel = b.channel and k.order_key = b.order_key
    and k.product = b.product
