-- Item history: one row per interaction of a changed customer that may open, close or hold up an item.
--
-- Reads derived.interactions.
create or replace temp table item_history as
select golden_id, channel, interaction_id, kind, direction, occurred_at, cart_id, order_id,
    ticket_id, reference_id, thread_id, status, store, product_id, amount, currency, item_count
from derived.interactions
where golden_id in (select golden_id from changed.customers)
    and kind in ('cart', 'order', 'return', 'pickup', 'ticket_opened', 'ticket_closed', 'message', 'call')
