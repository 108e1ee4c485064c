-- A question for a steward: one row, or none where it is not asked.
--
-- Reads warehouse.derived.review_queue.
select channel_l, source_record_id_l, channel_r, source_record_id_r, golden_id_l, golden_id_r, match_weight,
    record_count, interaction_count, question_id, kind, reason, rival
from warehouse.derived.review_queue where question_id = $question_id
