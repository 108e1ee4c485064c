-- Revenue
-- unit: amount
-- grain: events
-- place: 22
-- summary: Amount of the orders that were not cancelled.
-- nobody: counted
--
-- The amounts of the orders of the period that were not cancelled, before returns; those of nobody known too.
-- The figure of all is that of the shop and the tills; known tells the two apart, by channel channel_known, and
-- segments add up to it. An order without an amount, with a negative one or without a currency adds nothing.
-- A sum, so it has no denominator.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    currency, null::timestamp as counts_from,
    amount as numerator,
    null::bigint as denominator
from orders where amount is not null
