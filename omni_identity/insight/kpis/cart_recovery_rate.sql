-- Cart recovery rate
-- unit: share
-- grain: events
-- place: 100
-- summary: Share of abandoned carts whose owner ordered after all.
--
-- Of the carts of the period that were abandoned, the share whose owner ordered after all, in any channel,
-- within insight.cart_recovery_days of filling the cart. A cart counts when these days are over; which carts
-- are left out is as for the abandonment rate.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency,
    local_at + cart_recovery_days * interval 1 day as counts_from,
    case when next_order_at <= occurred_at + cart_recovery_days * interval 1 day
        then 1 else 0 end as numerator,
    1 as denominator
from carts cross join bounds
where next_order_at is null or next_order_at > occurred_at + abandoned_cart_hours * interval 1 hour
