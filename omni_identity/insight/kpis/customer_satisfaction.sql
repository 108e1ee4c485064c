-- Customer satisfaction
-- unit: score
-- grain: events
-- place: 150
-- summary: Score per answer.
--
-- The scores that customers gave, per score, in whatever scale the channel uses.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    sum(satisfaction) as numerator,
    count(*) as denominator
from touches where satisfaction is not null
group by subject_id, day, channel
