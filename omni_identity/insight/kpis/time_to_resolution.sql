-- Time to resolution
-- unit: hours
-- grain: events
-- place: 140
-- summary: Hours from the first word about a ticket to its closing.
--
-- From the first touch of the customer that carries the ticket's ID, in any channel, to the last time
-- that the ticket was closed; per ticket, to a hundredth of an hour, in the period in which it was
-- closed and the channel that closed it. A ticket that is open, or was closed before it was opened, is left out.
with tickets as (
    select subject_id, channel, ticket_id,
        min(case when kind = 'ticket_opened' then occurred_at end) as opened_at,
        max(case when kind = 'ticket_closed' then occurred_at end) as closed_at,
        max(case when kind = 'ticket_closed' then local_at end)::date as closed_on
    from touches
    where ticket_id is not null and kind in ('ticket_opened', 'ticket_closed')
    group by subject_id, channel, ticket_id
), asked as (
    select subject_id, ticket_id, min(occurred_at) as asked_at
    from touches where ticket_id is not null and is_inbound
    group by subject_id, ticket_id
)
select t.subject_id, 'day' as period, t.closed_on as period_start, 'channel' as dimension,
    t.channel as member, null::varchar as currency, null::timestamp as counts_from,
    (date_diff('second', least(t.opened_at, a.asked_at), t.closed_at) + 18) // 36 / 100 as numerator,
    1 as denominator
from tickets t join asked a using (subject_id, ticket_id)
where t.closed_at >= t.opened_at
