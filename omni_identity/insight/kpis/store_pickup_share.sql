-- Store pick-up share
-- unit: share
-- grain: events
--
-- Of the orders of the period that were placed online and not cancelled, the share that were picked up in a store,
-- to this day: a pick-up there names the order, and is of the same customer or of nobody known. In a
-- store is what names a store, or happens in one of insight.store_channels; all else is online.
with in_store as (
    select subject_id, order_id from touches
    where kind = 'pickup' and is_in_store and order_id is not null
), of_nobody as (
    select seen_as, only_channel, order_id from unowned
    where kind = 'pickup' and is_in_store and order_id is not null
)
select o.subject_id, 'day' as period, o.day as period_start, 'channel' as dimension,
    o.channel as member, null::varchar as currency, null::timestamp as counts_from,
    case when exists (
        select 1 from in_store i where i.subject_id = o.subject_id and i.order_id = o.order_id
    ) or exists (
        select 1 from of_nobody n
        where n.seen_as = s.seen_as and n.order_id = o.order_id
            and coalesce(n.only_channel, o.channel) = o.channel
    ) then 1 else 0 end as numerator,
    1 as denominator
from orders o join subjects s using (subject_id) where not o.is_in_store
