-- Interaction threads: one row per interaction that names others, is named, or is talk.
--
-- Reads thread_nodes, thread_labels, thread_components and thread_reasons. A thread is called after its earliest
-- interaction, channel:interaction_id.
create or replace temp table interaction_threads as
with members as (
    select n.channel, n.interaction_id, n.occurred_at, coalesce(c.component_no, n.record_no) as component_no,
        coalesce(l.component_no, n.record_no) as episode
    from thread_nodes n
    left join thread_components c using (record_no)
    left join thread_labels l using (record_no)
), names as (
    select component_no, arg_min(
        channel || ':' || interaction_id, (occurred_at, channel, interaction_id)
    ) as thread_id
    from members group by component_no
)
select m.channel, m.interaction_id, n.thread_id, r.thread_probability, r.thread_reason
from members m join names n using (component_no) join thread_reasons r using (episode)
