-- Customers who have ordered before and have done nothing in any channel for insight.win_back_days.
-- Whatever they do, anywhere, ends it. What the company sent them is nothing that they did.
-- consent: needed
-- priority: 40
select golden_id, last_touch_at + to_days(win_back_days) as since, last_order_channel as channel,
    'Nothing heard since ' || cast(cast(last_touch_at as date) as varchar) as reason
from customer_context, settings
where last_order_at is not null
    and last_touch_at <= as_of - to_days(win_back_days)
