-- Store pick-up share
-- unit: share
-- grain: events
-- place: 110
-- summary: Share of online orders picked up in a store.
--
-- Of the orders of the period that were placed online and not cancelled, the share that were picked up in a store,
-- to this day: a pick-up there names the order, and is of the same customer, of nobody known, or of somebody
-- else where no other order anywhere has the ID. In a store is what names a store, or happens in one of
-- insight.store_channels; all else is online.
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    case when is_picked_up_in_store then 1 else 0 end as numerator,
    1 as denominator
from online_orders
