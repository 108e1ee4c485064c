-- Online orders: one row per order that was not placed in a store, and whether it was picked up or returned in
-- one.
--
-- Reads orders, subjects, touches and unowned. The pick-up or return is by the same subject, or by nobody
-- known.
create or replace temp table online_orders as
with done as (
    select kind, subject_id, order_id from touches where kind in ('pickup', 'return') and is_in_store
), done_unowned as (
    select kind, seen_as, order_id, only_channel from unowned where is_in_store
)
select o.subject_id, o.channel, o.day,
    exists (
        select 1 from done d
        where d.kind = 'pickup' and d.subject_id = o.subject_id and d.order_id = o.order_id
    ) or exists (
        select 1 from done_unowned n
        where n.kind = 'pickup' and n.seen_as = s.seen_as and n.order_id = o.order_id
            and coalesce(n.only_channel, o.channel) = o.channel
    ) as is_picked_up_in_store,
    exists (
        select 1 from done d
        where d.kind = 'return' and d.subject_id = o.subject_id and d.order_id = o.order_id
    ) or exists (
        select 1 from done_unowned n
        where n.kind = 'return' and n.seen_as = s.seen_as and n.order_id = o.order_id
            and coalesce(n.only_channel, o.channel) = o.channel
    ) as is_returned_to_store
from orders o join subjects s using (subject_id)
where not o.is_in_store
