-- Open lines of a customer: one row per line of an open cart or order that is still to come.
-- The columns are called as a screen heads them, # before numbers. Reads open_matters, interactions, interaction_lines.
with lines as (
    select m.since, m.matter, m.matter_id, m.products, l.*,
        coalesce(l.product_name, l.product_id, '?') as label
    from open_matters m
    join interactions i on i.golden_id = m.golden_id and i.channel = m.channel and i.occurred_at = m.since
        and case m.matter
            when 'cart' then i.kind = 'cart'
                and coalesce(i.cart_id, i.channel || ':' || i.interaction_id) = m.matter_id
            when 'pickup' then i.kind = 'order' and i.order_id = m.matter_id end
    join interaction_lines l on l.channel = i.channel and l.interaction_id = i.interaction_id
    where m.golden_id = $id
)
select matter, matter_id as number, label as product, quantity as "#pieces", price as "#price",
    promotion, concat_ws(' ', fulfilment, store) as how
from lines
-- what of it was bought, or brought back, is open no more
where list_bool_or(list_transform(products, lambda p: p = label or ends_with(p, ' × ' || label)))
order by since desc, matter, matter_id, line_number
