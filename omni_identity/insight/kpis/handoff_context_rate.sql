-- Handoffs with context
-- unit: share
-- grain: handoffs
-- place: 162
-- summary: Share of handoffs in which the context was carried along.
--
-- Of the handoffs of the period in which there was anything to carry, the share in which the later side had it:
-- the same ticket, order, cart or conversation, or a number that the company named there without being
-- told. handoffs.context_carried says which.
select subject_id, 'day' as period, day as period_start, 'handoff' as dimension,
    case when from_channel = to_channel then from_channel || ' (bot)' else from_channel end
        || ' > ' || to_channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    case when is_carried then 1 else 0 end as numerator,
    1 as denominator
from handoffs
where is_carried is not null
