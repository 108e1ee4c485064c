-- Preferred channels: one row per changed customer with interactions, `golden_id, preferred_channel`.
--
-- Reads derived.interactions. The channel in which a customer can be met with success, not the one with the
-- most noise. First counts how many contacts had success there: orders, calls that were talked through, and
-- messages, tickets and e-mails that the other side answered (an e-mail by a click). Then how often the
-- customer did anything there, then how lately. What the company sent and nobody answered counts for nothing.
create or replace temp table preferred_channels as
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
select golden_id, channel as preferred_channel
from totals full join volumes v using (golden_id, channel)
qualify row_number() over (
    partition by golden_id order by coalesce(totals.n, 0) desc, coalesce(v.n, 0) desc,
        v.last_at desc nulls last, channel
) = 1
