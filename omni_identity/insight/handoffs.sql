-- Handoffs: one row per move, with what was carried, what was said again, how long it took and what became of it.
--
-- Reads handoff_moves, handoff_context, handoff_answers, touches, orders, subjects, unowned, subject_journeys,
-- journey_stays, bounds and derived.as_of. Whether it was resolved is said by the first of these that there is: the
-- ticket of its thread, if it was not closed before (one that was given up is not resolved); an order that was not
-- cancelled, a pick-up or a return in the thread from then on; the last word in the thread from then on, which is
-- the company's if it answered; the order or the silence in which the journey ends.
create or replace temp table handoffs as
with threads as (
    select distinct subject_id, thread_id from handoff_moves
), entries as (
    select t.subject_id, t.thread_id, t.touch_no, t.channel, t.kind, t.occurred_at, t.ticket_id, t.is_in_store,
        t.is_solving
    from touches t semi join threads using (subject_id, thread_id)
    where t.kind in ('ticket_opened', 'ticket_closed', 'message', 'call', 'order', 'pickup', 'return')
), closings as (
    select subject_id, thread_id, occurred_at, is_solving from entries where kind = 'ticket_closed'
    union all
    -- what the ticket's own channel closed without saying whose it is
    select e.subject_id, e.thread_id, u.occurred_at, u.is_solving
    from entries e join subjects s on s.subject_id = e.subject_id
    join unowned u on u.seen_as = s.seen_as and u.channel = e.channel and u.ticket_id = e.ticket_id
    where e.kind = 'ticket_opened' and u.kind = 'ticket_closed'
), opened as (
    select subject_id, thread_id, min(occurred_at) as first_opened_at, max(occurred_at) as last_opened_at
    from entries where kind = 'ticket_opened' group by subject_id, thread_id
), closed as (
    -- of several at one moment one that solves it is enough
    select subject_id, thread_id, max(occurred_at) as closed_at,
        arg_max(is_solving, (occurred_at, is_solving)) as is_solved
    from closings group by subject_id, thread_id
), tickets as (
    select subject_id, thread_id, c.closed_at,
        c.closed_at is not null
            and (o.last_opened_at is null or c.closed_at < o.first_opened_at or c.closed_at >= o.last_opened_at)
        as is_closed, coalesce(c.is_solved, false) as is_solved
    from opened o full join closed c using (subject_id, thread_id)
), done as (
    select m.subject_id, m.to_no, arg_min(e.is_in_store, e.touch_no) as is_in_store
    from handoff_moves m join entries e
        on e.subject_id = m.subject_id and e.thread_id = m.thread_id and e.touch_no >= m.to_no
    left join orders o on o.subject_id = e.subject_id and o.touch_no = e.touch_no
    where e.kind in ('pickup', 'return') or o.touch_no is not null
    group by m.subject_id, m.to_no
), talked as (
    select m.subject_id, m.to_no, max(e.touch_no) as last_no
    from handoff_moves m join entries e
        on e.subject_id = m.subject_id and e.thread_id = m.thread_id and e.touch_no >= m.to_no
    where e.kind in ('message', 'call', 'ticket_opened')
    group by m.subject_id, m.to_no
), answered as (
    select m.subject_id, m.to_no,
        max(case when a.touch_no < m.to_no then a.touch_no end) as before_no,
        min(case when a.touch_no >= m.to_no and a.channel = m.to_channel
            and (m.until_no is null or a.touch_no < m.until_no) then a.touch_no end) as first_no,
        max(case when a.occurred_at <= t.closed_at then a.touch_no end) as closing_no
    from handoff_moves m
    join handoff_answers a on a.subject_id = m.subject_id and a.thread_id = m.thread_id
    left join tickets t on t.subject_id = m.subject_id and t.thread_id = m.thread_id
    group by m.subject_id, m.to_no
), ways as (
    select m.subject_id, m.to_no, j.journey_number, o.is_in_store,
        case when j.is_order then true
            when j.ended_at + b.journey_silence_days * interval 1 day < n.as_of then false end as is_resolved
    from handoff_moves m
    join journey_stays s on s.subject_id = m.subject_id and s.channel = m.to_channel
        and m.to_no >= s.first_touch_no and m.to_no <= s.last_touch_no
    join subject_journeys j on j.subject_id = s.subject_id and j.journey_number = s.journey_number
    left join orders o on o.subject_id = j.subject_id and o.touch_no = j.last_touch_no
    cross join bounds b cross join derived.as_of n
    where not m.is_turn
), judged as (
    select m.*, w.journey_number, w.is_in_store as is_journey_in_store, w.is_resolved as is_journey_resolved,
        d.is_in_store as is_done_in_store, t.is_closed, t.is_closed and t.is_solved as is_solved, l.last_no,
        last.answered_by as last_by,
        last.touch_no as last_answer_no, closing.answered_by as closed_by, before.answered_by as before_by,
        first.answered_by as first_by, first.occurred_at as first_at,
        case when t.subject_id is not null and not (t.is_closed and t.closed_at < m.to_at) then 'ticket'
            when d.subject_id is not null then 'done'
            when l.subject_id is not null then 'talk'
            when w.subject_id is not null then 'journey' end as told_by
    from handoff_moves m
    left join tickets t on t.subject_id = m.subject_id and t.thread_id = m.thread_id
    left join done d on d.subject_id = m.subject_id and d.to_no = m.to_no
    left join talked l on l.subject_id = m.subject_id and l.to_no = m.to_no
    left join answered a on a.subject_id = m.subject_id and a.to_no = m.to_no
    left join ways w on w.subject_id = m.subject_id and w.to_no = m.to_no
    left join handoff_answers last on last.subject_id = m.subject_id and last.touch_no = l.last_no
    left join handoff_answers closing on closing.subject_id = m.subject_id and closing.touch_no = a.closing_no
    left join handoff_answers before on before.subject_id = m.subject_id and before.touch_no = a.before_no
    left join handoff_answers first on first.subject_id = m.subject_id and first.touch_no = a.first_no
)
select j.subject_id, j.day, j.found_in, j.thread_id, j.journey_number,
    case when j.is_turn
            or j.before_by = 'bot' and j.to_kind in ('message', 'call', 'ticket_opened')
            and coalesce(j.first_by, case when j.to_kind <> 'message' then 'agent' end) = 'agent'
        then 'bot_to_human'
        when j.from_kind in ('session', 'cart', 'order', 'return', 'email_opened', 'email_clicked')
            and not j.is_from_store and j.to_kind in ('message', 'call', 'ticket_opened')
            and coalesce(j.first_by, '') <> 'bot'
        then 'self_service_to_human'
        else 'channel_change' end as kind,
    j.from_channel, j.from_interaction_id, j.to_channel, j.to_interaction_id, j.from_at, j.to_at,
    date_diff('second', j.from_at, j.to_at) as seconds_between,
    c.is_carried, c.carried_by, c.is_said_again, c.said_again,
    case when c.is_said_again then date_diff('second', coalesce(c.since_at, j.from_at), j.to_at)
        when not c.is_said_again then 0 end as seconds_lost,
    case when not j.is_turn and j.to_kind in ('message', 'call', 'ticket_opened')
        then date_diff('second', j.to_at, j.first_at) end as seconds_to_answer,
    case j.told_by when 'ticket' then j.is_solved when 'done' then true
        when 'talk' then j.last_answer_no is not null else j.is_journey_resolved end as is_resolved,
    case j.told_by
        when 'ticket' then case when j.is_solved then j.closed_by end
        when 'done' then case when j.is_done_in_store then 'agent' else 'self_service' end
        when 'talk' then j.last_by
        else case when j.is_journey_resolved then
            case when j.is_journey_in_store then 'agent' else 'self_service' end end end as resolved_by
from judged j join handoff_context c on c.subject_id = j.subject_id and c.to_no = j.to_no
