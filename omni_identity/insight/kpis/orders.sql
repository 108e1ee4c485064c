-- Orders
-- unit: count
-- grain: events
-- place: 24
-- summary: Orders that were not cancelled: a count.
-- nobody: counted
--
-- The orders of the period that were not cancelled, those of nobody known too; known tells the two apart, by
-- channel channel_known. Orders without an amount count. A count, so it has no denominator.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    1 as numerator,
    null::bigint as denominator
from orders
