-- Handoffs
-- unit: count
-- grain: handoffs
-- place: 160
-- summary: Handoffs: customers go on in another channel, or come from a bot to a person.
--
-- Steps of customers into another channel, within a thread or, where they begin a thread, within a journey, and answers
-- of a person behind a bot's in one channel; by the day of the step, and by the channels from > to. A sum, so it has
-- no denominator.
select subject_id, 'day' as period, day as period_start, 'handoff' as dimension,
    case when from_channel = to_channel then from_channel || ' (bot)' else from_channel end
        || ' > ' || to_channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    1 as numerator,
    null::bigint as denominator
from handoffs
