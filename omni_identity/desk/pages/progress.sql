-- How far the queue has come: one row: questions that are open, and those answered since the run.
--
-- Reads the published review_queue; answered are IDs of questions, once each.
select q.question_count - a.done_count as open_count, a.done_count
from (select count(*) as question_count from review_queue) q,
    (select count(*) as done_count from review_queue where question_id in (select unnest($answered::varchar[]))) a
