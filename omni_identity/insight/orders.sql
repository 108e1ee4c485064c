-- Orders: one row per order of a subject that was not cancelled, numbered in their order from 1.
--
-- Reads touches. A channel says several times what became of an order: it stands where it was placed, with the
-- amount that was said last. It is cancelled if its last status is one of $cancelled.
create or replace temp table orders as
with versions as (
    select subject_id, touch_no, channel, interaction_id, order_id, occurred_at, local_at, day,
        is_in_store, amount, currency, status, coalesce(order_id, interaction_id) as order_key,
        row_number() over (
            partition by subject_id, channel, coalesce(order_id, interaction_id)
            order by touch_no desc
        ) as age,
        row_number() over (
            partition by subject_id, channel, coalesce(order_id, interaction_id)
            order by touch_no
        ) as version
    from touches where kind = 'order'
), lasting as (
    select subject_id, channel, order_key, amount, currency
    from versions where age = 1 and not coalesce(list_contains($cancelled::varchar[], lower(status)), false)
)
select v.subject_id, v.touch_no, v.channel, v.order_key, v.order_id, v.interaction_id,
    v.occurred_at, v.local_at, v.day, v.is_in_store, l.amount, l.currency,
    row_number() over (
        partition by v.subject_id order by v.touch_no
    ) as order_number
from versions v join lasting l using (subject_id, channel, order_key)
where v.version = 1
