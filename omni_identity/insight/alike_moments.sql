-- Moments with duplicates: one row per busy moment with interactions that agree in what differs for most.
--
-- Reads derived.interactions and busy_moments. What tells most of them apart comes first: whole rows are wide,
-- and hardly any are left to be compared.
create or replace temp table alike_moments as
with busy as (
    select channel, kind, occurred_at, golden_id, source_record_id, order_id, cart_id, ticket_id, amount
    from derived.interactions semi join busy_moments using (channel, kind, occurred_at)
    where kind in ('cart', 'order', 'return', 'pickup', 'ticket_opened', 'ticket_closed')
), alike as (
    select channel, kind, occurred_at from busy
    group by channel, kind, occurred_at, golden_id, source_record_id, order_id, cart_id, ticket_id, amount
    having count(*) > 1
)
select distinct channel, kind, occurred_at from alike
