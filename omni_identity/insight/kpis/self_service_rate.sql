-- Settled by self-service
-- unit: share
-- grain: events
-- place: 172
-- summary: Share of orders that came about by self-service, with nobody asked on the way.
--
-- Of the orders of the period that were not cancelled, the share that were placed online (in no store), with no
-- message, call or ticket of the customer on the journey to them. By the channel of the order.
with asked as (
    select distinct s.subject_id, s.journey_number
    from journey_stays s join touches t on t.subject_id = s.subject_id and t.channel = s.channel
        and t.touch_no >= s.first_touch_no and t.touch_no <= s.last_touch_no
    where t.is_inbound and t.kind in ('message', 'call', 'ticket_opened')
), led as (
    select j.subject_id, j.last_touch_no, a.subject_id is null as is_alone
    from subject_journeys j
    left join asked a on a.subject_id = j.subject_id and a.journey_number = j.journey_number
    where j.is_order
)
select o.subject_id, 'day' as period, o.day as period_start, 'channel' as dimension, o.channel as member,
    null::varchar as currency, null::timestamp as counts_from,
    case when l.is_alone and not o.is_in_store then 1 else 0 end as numerator,
    1 as denominator
from orders o join led l on l.subject_id = o.subject_id and l.last_touch_no = o.touch_no
