-- Return frequency
-- unit: days
-- grain: days
-- place: 70
-- summary: Days between a visit and the one before.
--
-- Days between a visit and the one before, per return, in the period of the later one. A visit is a day
-- on which somebody did anything; by channel: in that channel. Fewer days are more frequent returns.
with along as (
    select subject_id, channel, day, lag(day) over (
        partition by subject_id, channel order by day
    ) as before
    from visits
), days as (
    select subject_id, day, lag(day) over (partition by subject_id order by day) as before
    from (select distinct subject_id, day from visits)
), returns as (
    select subject_id, day, 'channel' as dimension, channel as member, before from along
    where before is not null
    union all
    select subject_id, day, 'all', 'all', before from days where before is not null
)
select subject_id, 'day' as period, day as period_start, dimension, member,
    null::varchar as currency, null::timestamp as counts_from,
    date_diff('day', before, day) as numerator,
    1 as denominator
from returns
