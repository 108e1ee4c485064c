-- First-contact resolution
-- unit: share
-- grain: events
-- place: 130
-- summary: Share of first contacts that solved the matter: nothing was asked again, and the ticket was closed.
--
-- A contact is whatever somebody asks of one channel on one day: tickets, messages, calls. It is a first
-- contact if they had asked nothing anywhere for insight.first_contact_days before. Of the first contacts
-- of the period, the share after which they asked nothing again, in any channel, for as many days, and by the
-- end of which every ticket that the contact names was closed as solved after it; a second contact on the same day in
-- another channel counts against it as well. Of a contact that names no ticket of theirs nobody says whether it
-- was solved: it is if nothing was asked again. A closing before the opening solves nothing, and neither does one
-- whose status is one of insight.unsolved_statuses.
-- A contact counts when these days are over.
with asked as (
    select subject_id, channel, day, touch_no, occurred_at, ticket_id
    from touches where is_inbound and kind in ('ticket_opened', 'message', 'call')
), contacts as (
    select subject_id, channel, day, min(touch_no) as first_no
    from asked group by subject_id, channel, day
), along as (
    select *,
        lag(day) over (partition by subject_id order by day, first_no) as before,
        lead(day) over (partition by subject_id order by day, first_no) as after
    from contacts
), opened as (
    select distinct subject_id, channel, ticket_id
    from touches where kind = 'ticket_opened' and ticket_id is not null
), closed as (
    select subject_id, ticket_id, occurred_at as closed_at, day as closed_on
    from touches where is_solving and ticket_id is not null
    union all
    -- what the ticket's own channel closed without saying whose it is
    select o.subject_id, o.ticket_id, u.occurred_at, u.day
    from opened o join subjects s on s.subject_id = o.subject_id
    join unowned u on u.seen_as = s.seen_as and u.channel = o.channel and u.ticket_id = o.ticket_id
    where u.is_solving
), spoken_of as (
    select subject_id, channel, day, ticket_id, max(occurred_at) as asked_at
    from asked semi join opened using (subject_id, ticket_id)
    group by subject_id, channel, day, ticket_id
), solved as (
    select s.subject_id, s.channel, s.day, s.ticket_id,
        max(case when c.closed_on <= s.day + first_contact_days * interval 1 day
            and c.closed_at >= s.asked_at then 1 else 0 end) as is_solved
    from spoken_of s cross join bounds
    left join closed c on c.subject_id = s.subject_id and c.ticket_id = s.ticket_id
    group by s.subject_id, s.channel, s.day, s.ticket_id
), unsolved as (
    select distinct subject_id, channel, day from solved where is_solved = 0
)
select a.subject_id, 'day' as period, a.day as period_start, 'channel' as dimension, a.channel as member,
    null::varchar as currency,
    a.day + (first_contact_days + 1) * interval 1 day as counts_from,
    case when (after is null or after > a.day + first_contact_days * interval 1 day)
        and u.subject_id is null then 1 else 0 end as numerator,
    1 as denominator
from along a cross join bounds
left join unsolved u on u.subject_id = a.subject_id and u.channel = a.channel and u.day = a.day
where before is null or before < a.day - first_contact_days * interval 1 day
