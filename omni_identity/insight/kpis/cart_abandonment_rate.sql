-- Cart abandonment rate
-- unit: share
-- grain: events
--
-- Of the carts that were begun in the period, the share after which their owner ordered nothing, in any
-- channel, within insight.abandoned_cart_hours. An order that was cancelled later has been ordered.
-- A cart counts when these hours are over.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency,
    local_at + abandoned_cart_hours * interval 1 hour as counts_from,
    case when next_order_at <= occurred_at + abandoned_cart_hours * interval 1 hour
        then 0 else 1 end as numerator,
    1 as denominator
from carts cross join bounds
