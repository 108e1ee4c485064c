-- Settled by a bot
-- unit: share
-- grain: events
-- place: 170
-- summary: Share of threads with a bot in which no person was needed.
--
-- Of the threads in which a bot answered, by the channel and day of its first answer, the share in which no person
-- of the company answered, nobody opened a ticket, and the customer said nothing more behind the bot's last
-- answer. Who answered without its being said whether that was a bot counts as a person. A thread counts
-- insight.first_contact_days after that day.
with bots as (
    select subject_id, thread_id, min(touch_no) as first_no, max(touch_no) as last_no
    from handoff_answers where answered_by = 'bot' group by subject_id, thread_id
), people as (
    select distinct subject_id, thread_id from handoff_answers
    where answered_by is null or answered_by <> 'bot'
), asked as (
    select b.subject_id, b.thread_id,
        max(case when t.kind = 'ticket_opened' or t.touch_no > b.last_no then 1 else 0 end) as is_more
    from bots b join touches t on t.subject_id = b.subject_id and t.thread_id = b.thread_id
    where t.is_inbound and t.kind in ('message', 'call', 'ticket_opened')
    group by b.subject_id, b.thread_id
)
select b.subject_id, 'day' as period, a.day as period_start, 'channel' as dimension, a.channel as member,
    null::varchar as currency, a.day + (first_contact_days + 1) * interval 1 day as counts_from,
    case when p.subject_id is null and coalesce(s.is_more, 0) = 0 then 1 else 0 end as numerator,
    1 as denominator
from bots b
join handoff_answers a on a.subject_id = b.subject_id and a.touch_no = b.first_no
left join people p on p.subject_id = b.subject_id and p.thread_id = b.thread_id
left join asked s on s.subject_id = b.subject_id and s.thread_id = b.thread_id
cross join bounds
