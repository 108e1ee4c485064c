-- Order products: one row per order of a changed customer that has lines: the products that were not brought back,
-- in words, and whether some were and some were not.
--
-- Reads order_lines.
create or replace temp table order_products as
with worded as (
    select golden_id, channel, order_key, kept_quantity,
        case when kept_quantity = 1 then label
            when kept_quantity = floor(kept_quantity) then kept_quantity::bigint::varchar || ' × ' || label
            else kept_quantity::varchar || ' × ' || label end as product,
        case when kept_quantity < quantity then 1 else 0 end as is_less
    from order_lines
)
select golden_id, channel, order_key,
    coalesce(list_sort(list(product) filter (where kept_quantity > 0)), []) as products,
    max(is_less) = 1 and max(kept_quantity) > 0 as is_partly_returned
from worded group by golden_id, channel, order_key
