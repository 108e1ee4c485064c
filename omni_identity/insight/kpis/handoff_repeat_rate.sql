-- Handoffs asked again
-- unit: share
-- grain: handoffs
-- place: 164
-- summary: Share of handoffs in which the customer had to say it again.
--
-- Of the handoffs of the period with words on both sides, the share in which the customer repeated a number or a
-- topic of another channel, or was asked for a number that was there. Calls whose words nobody wrote down do not count.
-- handoffs.asked_again says which.
select subject_id, 'day' as period, day as period_start, 'handoff' as dimension,
    case when from_channel = to_channel then from_channel || ' (bot)' else from_channel end
        || ' > ' || to_channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    case when is_said_again then 1 else 0 end as numerator,
    1 as denominator
from handoffs
where is_said_again is not null
