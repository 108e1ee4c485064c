-- Sessions
-- unit: count
-- grain: events
-- place: 12
-- summary: Sessions: a count.
-- nobody: counted
--
-- The sessions of the period, those of nobody known too; known tells the two apart, by channel channel_known.
-- A count, so it has no denominator.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    count(*) as numerator,
    null::bigint as denominator
from touches where kind = 'session' and is_inbound group by subject_id, day, channel
