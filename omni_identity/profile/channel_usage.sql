-- Channel usage: one row per changed customer with interactions and channel: how often with success, how often, when.
--
-- Reads derived.interactions. Had success: orders, calls that were talked through, and messages, tickets and e-mails
-- that the other side answered (an e-mail by a click). What the company sent and nobody answered counts for
-- nothing.
create or replace temp table channel_usage as
with known as (
    select golden_id, channel, interaction_id, kind, direction, occurred_at, reference_id, duration_seconds
    from derived.interactions where golden_id in (select golden_id from changed.customers)
), answers as (
    select a.golden_id, a.channel, count(distinct a.interaction_id) as n
    from known a join known b on b.golden_id = a.golden_id and b.channel = a.channel
        and b.reference_id = a.interaction_id
    where a.kind in ('message', 'call', 'ticket_opened', 'email_sent')
        and b.kind in ('message', 'call', 'email_clicked')
        and (a.kind = 'email_sent' or coalesce(a.direction, 'inbound') = 'outbound')
            <> (b.kind <> 'email_clicked' and coalesce(b.direction, 'inbound') = 'outbound')
    group by a.golden_id, a.channel
), successes as (
    select golden_id, channel, n from answers
    union all
    select golden_id, channel, count(*) from known
    where kind = 'order' or (kind = 'call' and duration_seconds > 0)
    group by golden_id, channel
), volumes as (
    select golden_id, channel, count(*) as n, max(occurred_at) as last_at from known
    -- the customer did something, not only the company
    where kind <> 'email_sent' and coalesce(direction, 'inbound') <> 'outbound'
    group by golden_id, channel
), totals as (
    select golden_id, channel, sum(n) as n from successes group by golden_id, channel
)
select golden_id, channel, coalesce(t.n, 0) as success_count, coalesce(v.n, 0) as touch_count, v.last_at
from totals t full join volumes v using (golden_id, channel)
