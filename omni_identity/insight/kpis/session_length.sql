-- Session length
-- unit: seconds
-- grain: events
-- place: 80
-- summary: Seconds per session.
--
-- How long sessions lasted, per session, of those whose length is known and not negative.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    sum(duration_seconds) as numerator,
    count(*) as denominator
from touches where kind = 'session' and duration_seconds >= 0
group by subject_id, day, channel
