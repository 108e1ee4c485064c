-- Average order value
-- unit: amount
-- grain: events
-- place: 30
-- summary: Amount per order.
--
-- The amounts of orders that were not cancelled, per order. By segment it tells the orders of customers
-- who use one channel from those of customers who use two, or three and more.
-- An order without an amount, with a negative one or without a currency is left out.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    currency, null::timestamp as counts_from,
    amount as numerator,
    1 as denominator
from orders where amount is not null
