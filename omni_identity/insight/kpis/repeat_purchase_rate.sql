-- Repeat-purchase rate
-- unit: share
-- grain: periods
-- place: 50
-- summary: Share of buyers for whom it was not the first order.
--
-- Of those who ordered in the period, the share for whom it was not the first order: they had ordered
-- before, in any channel, or did so again within the period. By channel: of those who ordered there, the
-- share for whom the last of these orders was not their first anywhere. Cancelled orders do not count. The
-- total is of persons: whoever ordered in several months is one.
with buyers as (
    select subject_id, channel, day, order_number from orders
), spans as (
    select subject_id, channel, 'day' as period, day as period_start, order_number from buyers
    union all
    select subject_id, channel, 'week', date_trunc('week', day)::date, order_number from buyers
    union all
    select subject_id, channel, 'month', date_trunc('month', day)::date, order_number from buyers
    union all
    select subject_id, channel, 'total', min(day) over (partition by subject_id), order_number from buyers
), placed as (
    select subject_id, period, period_start, 'all' as dimension, 'all' as member, order_number
    from spans
    union all
    select subject_id, period, period_start, 'channel', channel, order_number from spans
)
select subject_id, period, period_start, dimension, member, null::varchar as currency,
    null::timestamp as counts_from,
    case when max(order_number) > 1 then 1 else 0 end as numerator,
    1 as denominator
from placed group by subject_id, period, period_start, dimension, member
