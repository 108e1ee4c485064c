-- First-contact resolution
-- unit: share
-- grain: events
-- place: 130
-- summary: Share of first contacts after which nothing was asked again.
--
-- A contact is whatever somebody asks of one channel on one day: tickets, messages, calls. It is a first
-- contact if they had asked nothing anywhere for insight.first_contact_days before. Of the first contacts
-- of the period, the share after which they asked nothing again, in any channel, for as many days; a
-- second contact on the same day in another channel counts against it as well.
-- A contact counts when these days are over.
with contacts as (
    select subject_id, channel, day, min(touch_no) as first_no
    from touches where is_inbound and kind in ('ticket_opened', 'message', 'call')
    group by subject_id, channel, day
), along as (
    select *,
        lag(day) over (partition by subject_id order by day, first_no) as before,
        lead(day) over (partition by subject_id order by day, first_no) as after
    from contacts
)
select subject_id, 'day' as period, day as period_start, 'channel' as dimension, channel as member,
    null::varchar as currency,
    day + (first_contact_days + 1) * interval 1 day as counts_from,
    case when after is null or after > day + first_contact_days * interval 1 day
        then 1 else 0 end as numerator,
    1 as denominator
from along cross join bounds
where before is null or before < day - first_contact_days * interval 1 day
