-- Thread mentions: one row per two episodes of a customer of which one names, in its texts, a ticket, order or cart
-- of the other and of no third.
--
-- Reads thread_nodes, thread_labels and thread_texts. Numbers of fewer than five letters, or without a digit, might
-- be anything.
create or replace temp table thread_mentions as
with numbered as (
    select record_no, golden_id, 'ticket' as named, ticket_id as value from thread_nodes
    where ticket_id is not null
    union all
    select record_no, golden_id, 'order', order_id from thread_nodes where order_id is not null
    union all
    select record_no, golden_id, 'cart', cart_id from thread_nodes where cart_id is not null
), worded as (
    select n.golden_id, n.named, coalesce(l.component_no, n.record_no) as episode,
        trim(regexp_replace(lower(n.value), '[^a-z0-9_-]+', ' ', 'g')) as value
    from numbered n left join thread_labels l using (record_no)
    where length(n.value) >= 5 and regexp_matches(n.value, '[0-9]')
), known as (
    select golden_id, named, value, min(episode) as episode
    from worded where value <> '' group by golden_id, named, value having min(episode) = max(episode)
)
select t.golden_id, t.episode as speaking, k.episode as spoken_of, max(k.named) as named
from thread_texts t join known k
    on k.golden_id = t.golden_id and k.episode <> t.episode and contains(t.words, ' ' || k.value || ' ')
group by t.golden_id, t.episode, k.episode
