-- Retention rate
-- unit: share
-- grain: periods
--
-- Of those who did anything in the period before (day, week or month), the share who did something in
-- this period again. By channel: of those who came to the channel, the share who came to it again.
-- A period counts once it is over, so that a month that has only begun does not look like a loss.
with days as (
    select distinct subject_id, channel, day from touches where is_inbound
), spans as (
    select subject_id, channel, 'day' as period, day as period_start from days
    union all select subject_id, channel, 'week', date_trunc('week', day)::date from days
    union all select subject_id, channel, 'month', date_trunc('month', day)::date from days
), active as (
    select distinct subject_id, period, period_start, 'channel' as dimension, channel as member
    from spans
    union all select distinct subject_id, period, period_start, 'all', 'all' from spans
), paired as (
    select *, lead(period_start) over (
        partition by subject_id, period, dimension, member order by period_start
    ) as following,
    case period when 'day' then period_start + interval 1 day
        when 'week' then period_start + interval 7 day
        else period_start + interval 1 month end as this_start
    from active
)
select subject_id, period, this_start::date as period_start, dimension, member,
    null::varchar as currency,
    case period when 'day' then this_start + interval 1 day
        when 'week' then this_start + interval 7 day
        else this_start + interval 1 month end as counts_from,
    case when following = this_start::date then 1 else 0 end as numerator,
    1 as denominator
from paired
