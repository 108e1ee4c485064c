-- Handoffs resolved
-- unit: share
-- grain: handoffs
-- place: 168
-- summary: Share of handoffs after which the matter was resolved.
--
-- Of the handoffs of the period of which it can be told by now, the share that was resolved: the ticket of the thread
-- was closed, else an order, a pick-up or a return followed in it, else the company had the last word, else the
-- journey led to an order. handoffs.resolved_by says by whom.
select subject_id, 'day' as period, day as period_start, 'handoff' as dimension,
    case when from_channel = to_channel then from_channel || ' (bot)' else from_channel end
        || ' > ' || to_channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    case when is_resolved then 1 else 0 end as numerator,
    1 as denominator
from handoffs
where is_resolved is not null
