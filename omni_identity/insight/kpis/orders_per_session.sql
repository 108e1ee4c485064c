-- Orders per session
-- unit: share
-- grain: events
-- place: 26
-- summary: Online orders per session.
-- nobody: counted
--
-- The orders of the period that were placed online and not cancelled, per session; those of nobody known too.
-- In a store is what names a store, or happens in one of insight.store_channels; all else is online. A
-- channel without sessions has orders and no figure.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    1 as numerator,
    0 as denominator
from orders where not is_in_store
union all
select subject_id, 'day', day, 'channel', channel, null, null, 0, 1
from touches where kind = 'session' and is_inbound
