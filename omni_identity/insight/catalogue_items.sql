-- derived.catalogue_items: one row per channel, store ('' for all of them) and product.
--
-- Reads catalogue_rows. Several feeds of a channel complete one another.
create or replace table derived.catalogue_items as
select channel, coalesce(store, '') as store, product_id,
    max(price) as price, max(currency) filter (where price is not null) as currency,
    max(promotion) as promotion, max(is_available) as is_available, max(stock) as stock,
    max(counted_at) as counted_at, max(is_outsider) as is_outsider
from catalogue_rows group by channel, coalesce(store, ''), product_id
order by channel, store, product_id
