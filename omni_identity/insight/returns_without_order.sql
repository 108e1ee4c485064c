-- Findings of returns: one row per return that names no order of any channel.
--
-- Reads derived.interactions.
insert into new_findings
with orders as (
    select channel, interaction_id, order_id from derived.interactions where kind = 'order'
)
select channel, interaction_id, 'return_without_order',
    'No order of any channel has its order ID or is the one that it refers to; nothing is taken off for it.', true
from derived.interactions i
where kind = 'return'
    and not exists (select 1 from orders o where o.order_id = i.order_id)
    and not exists (select 1 from orders o where o.interaction_id = i.reference_id)
