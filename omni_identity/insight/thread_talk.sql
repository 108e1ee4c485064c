-- Thread talk: one row per message, call or ticket of a customer, numbered in the order in which they were said.
--
-- Reads thread_nodes and thread_labels.
create or replace temp table thread_talk as
select n.record_no, n.golden_id, coalesce(l.component_no, n.record_no) as episode, n.occurred_at, n.channel, n.kind,
    n.conversation_id,
    row_number() over (
        partition by n.golden_id order by n.occurred_at, n.channel, n.interaction_id
    ) as place
from thread_nodes n left join thread_labels l using (record_no)
where n.is_talk
