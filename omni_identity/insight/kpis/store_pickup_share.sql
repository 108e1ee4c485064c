-- Store pick-up share
-- unit: share
-- grain: events
--
-- Of the orders of the period that were placed online and not cancelled, the share that were picked up in a store
-- by the same customer, to this day. In a store is what names a store, or happens in one of
-- insight.store_channels; all else is online. The order is known by its ID, or by the interaction that
-- the pick-up refers to.
with in_store as (
    select subject_id, order_id, reference_id from touches where kind = 'pickup' and is_in_store
), fetched as (
    select subject_id, order_id from in_store where order_id is not null
), referred as (
    select subject_id, reference_id from in_store where reference_id is not null
)
select o.subject_id, 'day' as period, o.day as period_start, 'channel' as dimension,
    o.channel as member, null::varchar as currency, null::timestamp as counts_from,
    case when exists (
        select 1 from fetched f where f.subject_id = o.subject_id and f.order_id = o.order_id
    ) or exists (
        select 1 from referred r
        where r.subject_id = o.subject_id and r.reference_id = o.interaction_id
    ) then 1 else 0 end as numerator,
    1 as denominator
from orders o where not o.is_in_store
