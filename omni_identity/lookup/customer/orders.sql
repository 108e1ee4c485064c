-- Orders of a customer: one row per order.
-- The columns are called as a screen heads them, # before numbers. Reads interactions.
select i.occurred_at as "when", i.channel, i.order_id as "order",
    concat_ws(' ', i.amount, i.currency) as "#amount", i.item_count as "#items", i.status,
    (select string_agg(distinct f.kind || ' in ' || f.channel, ', ' order by f.kind || ' in ' || f.channel)
        from interactions f where f.golden_id = i.golden_id and f.thread_id = i.thread_id
            and f.kind in ('pickup', 'return') and f.occurred_at >= i.occurred_at) as "then"
from interactions i where i.golden_id = $id and i.kind = 'order'
order by i.occurred_at desc, i.channel, i.interaction_id
