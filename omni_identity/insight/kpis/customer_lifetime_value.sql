-- Customer lifetime value
-- unit: amount
-- grain: events
-- place: 40
-- summary: What new customers of the period have spent to this day, per head.
--
-- What those whose first order falls in the period, and was placed in the channel, have spent to this
-- day in all channels: orders that were not cancelled, less what was returned; per head.
-- Who has no order with an amount that counts is left out.
with firsts as (
    select subject_id, day, channel from orders where order_number = 1
), money as (
    select subject_id, currency, amount from orders where amount is not null
    union all
    select subject_id, currency, -amount from touches where kind = 'return' and amount is not null
), spent as (
    select subject_id, currency, sum(amount) as spent from money group by subject_id, currency
)
select f.subject_id, 'day' as period, f.day as period_start, 'channel' as dimension,
    f.channel as member, s.currency, null::timestamp as counts_from,
    s.spent as numerator,
    1 as denominator
from firsts f join spent s using (subject_id)
