-- Retention rate
-- unit: share
-- grain: periods
-- place: 60
-- summary: Share of those active in the period before who were active again.
--
-- Of those who did anything in the week (or month) before, the share who did something in this one again.
-- By channel: of those who came to the channel, the share who came to it again. A period counts once it
-- is over, so that a month that has only begun does not look like a loss. There is none by day: who does
-- not come back the next day is not lost. The total is of persons: of those whose first month is over, and the one
-- after it, the share who did something in any later month.
with spans as (
    select subject_id, channel, 'week' as period, date_trunc('week', day)::date as period_start
    from visits
    union
    select subject_id, channel, 'month', date_trunc('month', day)::date from visits
), active as (
    select subject_id, period, period_start, 'channel' as dimension, channel as member from spans
    union all
    select distinct subject_id, period, period_start, 'all', 'all' from spans
), awaited as (
    select *, case period when 'week' then period_start + interval 7 day
        else period_start + interval 1 month end::date as following
    from active
), persons as (
    select subject_id, dimension, member, min(period_start) as first_month,
        max(period_start) as last_month
    from active where period = 'month' group by subject_id, dimension, member
)
select a.subject_id, a.period, a.following as period_start, a.dimension, a.member,
    null::varchar as currency,
    case a.period when 'week' then a.following + interval 7 day
        else a.following + interval 1 month end as counts_from,
    case when b.subject_id is null then 0 else 1 end as numerator,
    1 as denominator
from awaited a left join active b
    on b.subject_id = a.subject_id and b.period_start = a.following and b.period = a.period
    and b.member = a.member and b.dimension = a.dimension
union all
select subject_id, 'total', first_month, dimension, member, null, first_month + interval 2 month,
    case when last_month > first_month then 1 else 0 end, 1
from persons
