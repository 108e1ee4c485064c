-- derived.price_matches: one row per product, channel, store ('' for all of them) and outsider who has a price of it, too.
--
-- Reads derived.catalogue_items. Prices are compared in one currency only; of an outsider's the least counts, over
-- their stores.
create or replace table derived.price_matches as
with outsiders as (
    select product_id, currency, channel, min(price) as price from derived.catalogue_items
    where is_outsider and price is not null and currency is not null
    group by product_id, currency, channel
)
select i.product_id, i.channel, i.store, o.channel as outsider, i.currency, i.price,
    o.price as outsider_price, (i.price - o.price)::decimal(18,2) as difference
from derived.catalogue_items i join outsiders o
    on o.product_id = i.product_id and o.currency = i.currency
where not i.is_outsider and i.price is not null
order by product_id, channel, store, outsider
