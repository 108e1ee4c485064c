-- Cart abandonment rate
-- unit: share
-- grain: events
-- place: 90
-- summary: Share of carts after which nothing was ordered in time.
--
-- Of the carts that were begun in the period, the share after which their owner ordered nothing, in any
-- channel, within insight.abandoned_cart_hours. An order that was cancelled later has been ordered, and so
-- has what nobody known ordered in the channel under the cart's ID. A cart counts when these hours are over.
-- A cart whose owner is known only by what was done on the device later is left out: most of these were
-- bought, and those of the same kind that were not are nobody's.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency,
    local_at + abandoned_cart_hours * interval 1 hour as counts_from,
    case when next_order_at <= occurred_at + abandoned_cart_hours * interval 1 hour
        then 0 else 1 end as numerator,
    1 as denominator
from carts cross join bounds
