-- Handoff answers: one row per answer that a subject got, a message of the company or a call, and from whom.
--
-- Reads touches and derived.messages. answered_by is bot or agent, null where the channel does not say. Who talks on
-- the telephone is an agent, unless the channel says that it was a bot.
create or replace temp table handoff_answers as
select t.subject_id, t.thread_id, t.channel, t.touch_no, t.occurred_at, t.day,
    case when m.is_bot then 'bot'
        when not m.is_bot or m.agent is not null or t.kind = 'call' then 'agent' end as answered_by
from touches t left join derived.messages m on m.channel = t.channel and m.interaction_id = t.interaction_id
where t.kind = 'call' or t.kind = 'message' and not t.is_inbound
