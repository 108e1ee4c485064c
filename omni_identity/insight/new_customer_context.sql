-- New rows of derived.customer_context: one per changed customer, what whoever meets them next should know.
--
-- Reads derived.unified_profiles, derived.interactions, derived.open_matters, derived.contact_options,
-- order_products and done_by_others. An order is returned or picked up by whoever did it: the customer, somebody unknown, or
-- another customer where it is clear which order it is of. $cancelled and $pickup are the statuses that mean so.
-- Nothing here depends on the time of the run.
create or replace table derived.new_customer_context as
with changed_profiles as (
    select golden_id, preferred_channel from derived.unified_profiles
    where golden_id in (select golden_id from changed.customers)
), history as (
    select golden_id, channel, interaction_id, kind, direction, occurred_at, order_id,
        reference_id, thread_id, status
    from derived.interactions where golden_id in (select golden_id from changed.customers)
), items as (
    select golden_id,
        count(*) filter (where matter = 'cart') as open_cart_count,
        max(since) filter (where matter = 'cart') as last_cart_at,
        count(*) filter (where matter = 'ticket') as open_ticket_count,
        min(since) filter (where matter = 'ticket') as oldest_ticket_at,
        count(*) filter (where matter = 'ticket' and waits_for = 'company') as unanswered_ticket_count,
        count(*) filter (where matter = 'pickup') as waiting_pickup_count
    from derived.open_matters
    where golden_id in (select golden_id from changed.customers) group by golden_id
), in_items as (
    select golden_id, matter, unnest(products) as product from derived.open_matters
    where golden_id in (select golden_id from changed.customers) and products is not null
), items_products as (
    select golden_id, list_sort(list(distinct product) filter (where matter = 'cart')) as cart_products,
        list_sort(list(distinct product) filter (where matter = 'pickup')) as pickup_products
    from in_items group by golden_id
), last_orders as (
    select * from history where kind = 'order'
    qualify row_number() over (
        partition by golden_id order by occurred_at desc, channel, interaction_id desc
    ) = 1
), fulfilled as (
    select l.golden_id, h.kind from last_orders l join history h on h.golden_id = l.golden_id
        and (h.order_id = l.order_id or h.reference_id = l.interaction_id)
    union all
    -- what nobody known did, and what others did
    select l.golden_id, i.kind from last_orders l join derived.interactions i
        on i.order_id = l.order_id where i.golden_id is null
    union all
    select l.golden_id, d.kind from last_orders l join done_by_others d
        on d.order_golden_id = l.golden_id and d.order_id = l.order_id
), followed as (
    select golden_id,
        max(case when kind = 'return' then 1 else 0 end) = 1 as is_returned,
        max(case when kind = 'pickup' then 1 else 0 end) = 1 as is_picked_up
    from fulfilled where kind in ('return', 'pickup')
    group by golden_id
), last_touches as (
    select * from history
    where kind <> 'email_sent' and coalesce(direction, 'inbound') <> 'outbound'
    qualify row_number() over (
        partition by golden_id order by occurred_at desc, channel, interaction_id desc
    ) = 1
), reachable as (
    select golden_id, list_sort(list(channel)) as contact_channels from derived.contact_options
    where is_allowed and golden_id in (select golden_id from changed.customers) group by golden_id
), waiting as (
    select golden_id, channel, matter_id from derived.open_matters
    where matter = 'pickup' and golden_id in (select golden_id from changed.customers)
)
select n.golden_id,
    coalesce(m.open_cart_count, 0) as open_cart_count, m.last_cart_at,
    coalesce(i.cart_products, []) as open_cart_products,
    coalesce(m.open_ticket_count, 0) as open_ticket_count, m.oldest_ticket_at,
    coalesce(m.unanswered_ticket_count, 0) as unanswered_ticket_count,
    coalesce(m.waiting_pickup_count, 0) as waiting_pickup_count,
    coalesce(i.pickup_products, []) as waiting_products,
    o.occurred_at as last_order_at, o.channel as last_order_channel, o.order_id as last_order_id,
    o.thread_id as last_order_thread_id,
    case
        when o.golden_id is null then null
        when f.is_returned and not coalesce(p.is_partly_returned, false) then 'returned'
        when f.is_returned then 'partly_returned'
        when list_contains($cancelled::varchar[], lower(o.status)) then 'cancelled'
        when f.is_picked_up then 'picked_up'
        when w.golden_id is not null then 'waits_for_pickup'
        when list_contains($pickup::varchar[], lower(o.status)) then 'picked_up'
        else coalesce(o.status, 'ordered')
    end as last_order_state,
    coalesce(p.products, []) as last_order_products,
    t.occurred_at as last_touch_at, t.channel as last_touch_channel, t.kind as last_touch_kind,
    n.preferred_channel,
    coalesce(r.contact_channels, []) as contact_channels
from changed_profiles n
left join items m using (golden_id)
left join items_products i using (golden_id)
left join last_orders o using (golden_id)
left join followed f using (golden_id)
left join order_products p on p.golden_id = o.golden_id and p.channel = o.channel
    and p.order_key = coalesce(o.order_id, o.interaction_id)
left join waiting w on w.golden_id = o.golden_id and w.channel = o.channel and w.matter_id = o.order_id
left join last_touches t on t.golden_id = n.golden_id
left join reachable r on r.golden_id = n.golden_id
order by n.golden_id
