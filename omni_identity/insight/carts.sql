-- Carts: one row per cart of a subject, with the subject's next order in any channel, or the one that names the
-- cart.
--
-- Reads touches, subjects and unowned.
create or replace temp table carts as
with moments as (
    select subject_id, channel, cart_id, kind, occurred_at, local_at, day,
        coalesce(resolved_by, '') as resolved_by,
        row_number() over (
            partition by subject_id, channel, kind, coalesce(cart_id, interaction_id)
            order by touch_no
        ) as version,
        min(case when kind = 'order' then occurred_at end) over (
            partition by subject_id order by occurred_at
            range between current row and unbounded following
        ) as next_order_at
    from touches where kind in ('cart', 'order')
), begun as (
    select m.*, s.seen_as from moments m join subjects s using (subject_id)
    where m.kind = 'cart' and m.version = 1
        -- known by what was done on the device later, above all by the order: who did nothing more
        -- stays unknown, so counting these would make carts look bought
        and not (s.seen_as = 'customers' and m.resolved_by = 'device_history')
), bought as (
    select seen_as, channel, cart_id, min(occurred_at) as bought_at
    from unowned where kind = 'order' and cart_id is not null
    group by seen_as, channel, cart_id
)
select b.subject_id, b.channel, b.occurred_at, b.local_at, b.day,
    case when u.bought_at < b.occurred_at then b.occurred_at
        when b.next_order_at is null or u.bought_at < b.next_order_at then u.bought_at
        else b.next_order_at end as next_order_at
from begun b left join bought u
    on u.seen_as = b.seen_as and u.channel = b.channel and u.cart_id = b.cart_id
