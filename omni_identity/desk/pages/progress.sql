-- How far the queue has come: one row: questions that are open, and those answered since the run.
--
-- Reads the published review_queue; answered are pairs of record names.
with marked as (
    select list_contains($answered::varchar[], array_to_string(list_sort([
        channel_l || ':' || source_record_id_l, channel_r || ':' || source_record_id_r]), ' ')) as is_answered
    from review_queue
)
select count(*) filter (where not is_answered) as open_count, count(*) filter (where is_answered) as done_count
from marked
