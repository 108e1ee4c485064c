-- derived.store_stock: one row per store and product that it has, that waits there to be picked up, or came back.
--
-- Reads derived.catalogue_items, derived.open_matters, derived.interactions, derived.interaction_lines,
-- derived.interaction_findings and derived.as_of. What came back since the stock was counted can be sold again, what
-- waits cannot. Where no catalogue says when it was counted, it was before the day of now, in $time_zone, began.
create or replace table derived.store_stock as
with stocked as (
    select store, product_id, sum(stock)::bigint as stock, max(counted_at) as counted_at
    from derived.catalogue_items
    where store <> '' and stock is not null and not is_outsider group by store, product_id
), waiting as (
    select store, product_id, count(*) as waiting_pickup_count,
        sum(coalesce(item_count, 1))::bigint as waiting_item_count
    from derived.open_matters
    where matter = 'pickup' and store is not null and product_id is not null
    group by store, product_id
), returns as (
    select channel, interaction_id, store, product_id, item_count, occurred_at
    from derived.interactions
    anti join (
        select channel, interaction_id from derived.interaction_findings where is_left_out
    ) using (channel, interaction_id)
    where kind = 'return' and store is not null
), lines as (
    select r.store, l.product_id, coalesce(abs(l.quantity), 1) as item_count, r.occurred_at,
        r.channel, r.interaction_id
    from returns r join derived.interaction_lines l
        on l.channel = r.channel and l.interaction_id = r.interaction_id
    where l.product_id is not null
), brought as (
    select store, product_id, item_count, occurred_at from lines
    union all
    select store, product_id, coalesce(abs(item_count), 1), occurred_at from returns
    where product_id is not null
        and (channel, interaction_id) not in (select (channel, interaction_id) from lines)
), clock as (
    select ((as_of at time zone 'UTC') at time zone $time_zone)::date as today from derived.as_of
), returned as (
    select b.store, b.product_id, sum(b.item_count)::bigint as returned_item_count
    from brought b cross join clock c
    left join stocked s on s.store = b.store and s.product_id = b.product_id
    where case when s.counted_at is not null then b.occurred_at >= s.counted_at
        else ((b.occurred_at at time zone 'UTC') at time zone $time_zone)::date >= c.today end
    group by b.store, b.product_id
)
select store, product_id, s.stock,
    coalesce(w.waiting_pickup_count, 0) as waiting_pickup_count,
    coalesce(w.waiting_item_count, 0) as waiting_item_count,
    coalesce(r.returned_item_count, 0) as returned_item_count,
    s.stock - coalesce(w.waiting_item_count, 0) + coalesce(r.returned_item_count, 0) as promisable_count,
    s.counted_at
from stocked s full join waiting w using (store, product_id) full join returned r using (store, product_id)
order by store, product_id
