-- Time lost in handoffs
-- unit: hours
-- grain: handoffs
-- place: 166
-- summary: Hours that a customer lost in a handoff.
--
-- Of the handoffs of the period with words on both sides, the hours from the customer's first word on the earlier
-- side until they said it again on the later, to a hundredth of an hour; none where they had not to.
select subject_id, 'day' as period, day as period_start, 'handoff' as dimension,
    case when from_channel = to_channel then from_channel || ' (bot)' else from_channel end
        || ' > ' || to_channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    (seconds_lost + 18) // 36 / 100 as numerator,
    1 as denominator
from handoffs
where seconds_lost is not null
