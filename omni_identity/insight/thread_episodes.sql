-- Thread episodes: one row per thing that IDs hold together, or interaction that none holds: when it begins, with what
-- it has, and what is spoken of in it.
--
-- Reads thread_nodes, thread_labels and thread_texts. episode is the least record_no in it, which says nothing by
-- itself: what orders episodes is their first interaction. first_talk_no is the first of its talk, null without any.
create or replace temp table thread_episodes as
with members as (
    select n.*, coalesce(l.component_no, n.record_no) as episode
    from thread_nodes n left join thread_labels l using (record_no)
), spoken as (
    select episode, bit_or(topics) as topics from thread_texts group by episode
), first_talks as (
    select episode, arg_min(record_no, (occurred_at, channel, interaction_id)) as first_talk_no
    from members where is_talk group by episode
), episodes as (
    select golden_id, episode, min(occurred_at) as begins_at,
        arg_min(record_no, (occurred_at, channel, interaction_id)) as first_no,
        arg_min(channel || ':' || interaction_id, (occurred_at, channel, interaction_id)) as name,
        count(ticket_id) > 0 as has_ticket, count(order_id) > 0 as has_order,
        count(*) as interaction_count
    from members group by golden_id, episode
)
select e.*, t.first_talk_no, coalesce(s.topics, 0) as topics
from episodes e left join first_talks t using (episode) left join spoken s using (episode)
