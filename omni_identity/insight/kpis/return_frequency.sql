-- Return frequency
-- unit: days
-- grain: days
--
-- Days between a visit and the one before, per return, in the period of the later one. A visit is a day
-- on which somebody did anything; by channel: in that channel. Fewer days are more frequent returns.
with days as (
    select subject_id, day, 'channel' as dimension, channel as member from visits
    union all
    select distinct subject_id, day, 'all', 'all' from visits
), along as (
    select *, lag(day) over (
        partition by subject_id, dimension, member order by day
    ) as before
    from days
)
select subject_id, 'day' as period, day as period_start, dimension, member,
    null::varchar as currency, null::timestamp as counts_from,
    date_diff('day', before, day) as numerator,
    1 as denominator
from along where before is not null
