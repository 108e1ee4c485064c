-- Channel traffic
-- unit: count
-- grain: events
-- place: 10
-- summary: What was done in a channel: a count.
-- nobody: counted
--
-- What customers did in a channel: visits, carts, orders, messages, calls, opened and clicked e-mails.
-- What a company sends is not traffic. What nobody known did is; known tells the two apart, by channel
-- channel_known. A count, so it has no denominator.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    touch_count as numerator,
    null::bigint as denominator
from visits
