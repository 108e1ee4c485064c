-- derived.store_stock: one row per store and product that it has, or that waits there to be picked up.
--
-- Reads derived.catalogue_items and derived.open_matters.
create or replace table derived.store_stock as
with stocked as (
    select store, product_id, sum(stock)::bigint as stock from derived.catalogue_items
    where store <> '' and stock is not null group by store, product_id
), waiting as (
    select store, product_id, count(*) as waiting_pickup_count,
        sum(coalesce(item_count, 1))::bigint as waiting_item_count
    from derived.open_matters
    where matter = 'pickup' and store is not null and product_id is not null
    group by store, product_id
)
select store, product_id, s.stock,
    coalesce(w.waiting_pickup_count, 0) as waiting_pickup_count,
    coalesce(w.waiting_item_count, 0) as waiting_item_count
from stocked s full join waiting w using (store, product_id)
order by store, product_id
