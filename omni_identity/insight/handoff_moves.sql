-- Handoff moves: one row per step of a subject into another channel, or from a bot to a person in the same channel.
--
-- Reads touches, visits, journey_stays and handoff_answers. A step is whatever the subject did. It comes from the step
-- before it in its thread; where it begins its thread, from the one before it in its journey. So it comes from one
-- other step, or none. From a bot to a person (is_turn) leads the first answer of an agent behind one of a bot, in the
-- thread and channel of both; not a step that leads there from another channel. since_no and until_no are the moves of
-- the thread before and behind it.
create or replace temp table handoff_moves as
with movers as (
    -- who was in one channel only went from none to another
    select subject_id from visits group by subject_id having min(channel) < max(channel)
), shared as (
    select distinct subject_id, thread_id from touches semi join movers using (subject_id)
    where thread_id <> channel || ':' || interaction_id
), steps as (
    select t.subject_id, t.touch_no as to_no, t.channel,
        lag(t.touch_no) over along as from_no, lag(t.channel) over along as from_channel
    from touches t semi join shared using (subject_id, thread_id)
    where t.is_inbound
    window along as (partition by t.subject_id, t.thread_id order by t.touch_no)
), stays as (
    select subject_id, first_touch_no as to_no, channel,
        lag(last_touch_no) over along as from_no, lag(first_touch_no) over along as from_first_no
    from journey_stays semi join movers using (subject_id)
    window along as (partition by subject_id, journey_number order by position)
), turns as (
    select subject_id, touch_no as to_no, answered_by,
        lag(touch_no) over along as from_no, lag(answered_by) over along as answered_before
    from handoff_answers
    window along as (partition by subject_id, thread_id, channel order by touch_no)
), across as (
    select subject_id, to_no, from_no, null::bigint as from_first_no, 'thread' as found_in
    from steps where from_channel <> channel
    union all
    select s.subject_id, s.to_no, s.from_no, s.from_first_no, 'journey'
    from stays s
    anti join (select subject_id, to_no from steps where from_no is not null) t using (subject_id, to_no)
    where s.from_no is not null
), moves as (
    select *, false as is_turn from across
    union all
    select subject_id, to_no, from_no, null, 'thread', true
    from turns anti join across using (subject_id, to_no)
    where answered_by = 'agent' and answered_before = 'bot'
)
select m.subject_id, m.to_no, m.from_no, m.from_first_no, m.found_in, m.is_turn,
    f.channel as from_channel, f.interaction_id as from_interaction_id, f.kind as from_kind,
    f.occurred_at as from_at, f.is_in_store as is_from_store,
    t.channel as to_channel, t.interaction_id as to_interaction_id, t.kind as to_kind, t.thread_id,
    t.occurred_at as to_at, t.day,
    lag(m.to_no) over along as since_no, lead(m.to_no) over along as until_no
from moves m
join touches f on f.subject_id = m.subject_id and f.touch_no = m.from_no
join touches t on t.subject_id = m.subject_id and t.touch_no = m.to_no
window along as (partition by m.subject_id, t.thread_id order by m.to_no)
