-- Order lines of a customer: one row per line of an order.
-- Reads interactions, interaction_lines.
select l.channel, i.occurred_at as "when", i.order_id as "order", coalesce(l.product_name, l.product_id) as product, l.quantity, l.price, l.promotion,
    concat_ws(' ', l.fulfilment, l.store) as how
from interaction_lines l join interactions i on i.channel = l.channel and i.interaction_id = l.interaction_id
where i.golden_id = $id and i.kind = 'order'
order by l.channel, l.interaction_id, l.line_number
