-- Interaction threads: one row per interaction that has others in its thread.
--
-- Reads thread_nodes and thread_labels. A thread is called after its earliest interaction,
-- channel:interaction_id.
create or replace temp table interaction_threads as
with members as (
    select n.channel, n.interaction_id, n.occurred_at, l.component_no
    from thread_nodes n join thread_labels l using (record_no)
), names as (
    select component_no, arg_min(
        channel || ':' || interaction_id, (occurred_at, channel, interaction_id)
    ) as thread_id
    from members group by component_no
)
select channel, interaction_id, thread_id from members join names using (component_no)
