-- Thread links: one row per episode that joins an earlier one of its customer, with how probable that is and why.
--
-- Reads thread_episodes, thread_talk and thread_mentions. An episode may join one whose ticket, order or cart either
-- names in its texts, or one that was talked in not long before its first talk, among the last eight entries of the
-- customer. What speaks for and against is in tenths of a natural logarithm of odds, added up: the time between,
-- what both are about, and what IDs say against it (two tickets, two orders, two conversations of one channel).
-- Of several the most probable is taken, then the nearest, then by name.
create or replace temp table thread_links as
with begun as (
    select e.golden_id, e.episode, t.occurred_at, t.channel, t.conversation_id, t.place
    from thread_episodes e join thread_talk t on t.record_no = e.first_talk_no
), before as (
    select b.episode, t.episode as earlier, t.channel,
        date_diff('second', t.occurred_at, b.occurred_at) as gap_seconds,
        case when t.channel = b.channel and t.conversation_id is not null and b.conversation_id is not null
            then 1 else 0 end as is_other_conversation,
        case when t.kind = 'ticket_closed' then 1 else 0 end as is_closed
    from begun b
    cross join (select unnest([1, 2, 3, 4, 5, 6, 7, 8]) as back) w
    join thread_talk t on t.golden_id = b.golden_id and t.place = b.place - w.back
    where t.episode <> b.episode and t.occurred_at >= b.occurred_at - interval 3 day
), near as (
    select episode, earlier, min(gap_seconds) as gap_seconds,
        arg_min(channel, (gap_seconds, channel)) as channel,
        max(is_other_conversation) as is_other_conversation, max(is_closed) as is_closed
    from before group by episode, earlier
), spoken as (
    select speaking as episode, spoken_of as earlier, named from thread_mentions
    union all
    select spoken_of, speaking, named from thread_mentions
), named as (
    select episode, earlier, max(named) as named from spoken group by episode, earlier
), pairs as (
    select coalesce(n.episode, m.episode) as episode, coalesce(n.earlier, m.earlier) as earlier,
        n.gap_seconds, n.channel, n.is_other_conversation, n.is_closed, m.named
    from near n full join named m on m.episode = n.episode and m.earlier = n.earlier
), weighed as (
    select p.episode, p.earlier, p.gap_seconds, p.channel, p.named, f.name as earlier_name,
        e.first_no as record_no_r, f.first_no as record_no_l, e.topics & f.topics as topics,
        case when p.gap_seconds is null then -5
            when p.gap_seconds <= 3600 then 20
            when p.gap_seconds <= 6 * 3600 then 15
            when p.gap_seconds <= 24 * 3600 then 10
            when p.gap_seconds <= 48 * 3600 then -2
            else -12 end
        + case when p.named is not null then 50 else 0 end
        + case when e.topics = 0 or f.topics = 0 then 0 when (e.topics & f.topics) > 0 then 15 else -25 end
        + case when e.has_ticket and f.has_ticket then -40 else 0 end
        + case when e.has_order and f.has_order then -40 else 0 end
        + case when p.is_other_conversation = 1 then -25 else 0 end
        + case when p.is_closed = 1 then -10 else 0 end as tenths
    from pairs p
    join thread_episodes e on e.episode = p.episode
    join thread_episodes f on f.episode = p.earlier
    where f.begins_at < e.begins_at or (f.begins_at = e.begins_at and f.name < e.name)
)
select episode, record_no_l, record_no_r, topics, named, channel, gap_seconds,
    round(1 / (1 + exp(-tenths / 10.0)), 4)::double as probability
from weighed where tenths > 0
qualify row_number() over (
    partition by episode order by tenths desc, gap_seconds nulls last, earlier_name
) = 1
