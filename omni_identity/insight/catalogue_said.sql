-- What channels say of products: one row per channel, product, attribute and currency.
--
-- Reads derived.catalogue_items. What a channel says of a product is what it says for all its stores, else what
-- these say: one value, or its least and greatest; it has the product if any of them does. Outsiders are none.
create or replace temp table catalogue_said as
with facts as (
    select channel, store, product_id, 'price' as attribute, coalesce(currency, '') as unit,
        price as amount, price::varchar as value
    from derived.catalogue_items where price is not null and not is_outsider
    union all
    select channel, store, product_id, 'promotion', '', null, promotion
    from derived.catalogue_items where promotion is not null and not is_outsider
    union all
    select channel, '', product_id, 'availability', '', null,
        case when max(is_available) then 'available' else 'not available' end
    from derived.catalogue_items where is_available is not null and not is_outsider
    group by channel, product_id
), chosen as (
    select * from facts qualify store = '' or count(*) filter (where store = '') over (
        partition by channel, product_id, attribute, unit) = 0
)
select channel, product_id, attribute, unit,
    case when min(value) = max(value) then min(value)
        when attribute = 'price' then min(amount)::varchar || ' to ' || max(amount)::varchar
        else min(value) || ' to ' || max(value) end as value
from chosen group by channel, product_id, attribute, unit
