-- Places of questions in the queue: one row per question, with how many others an answer of same would settle.
--
-- Reads derived.review_queue and settled_questions. First what has most records times interactions at stake, then the
-- least certain, then by names. Apart from what is said of a question: one that comes moves all behind it.
create or replace table derived.question_places as
select q.record_no_l, q.record_no_r,
    row_number() over (
        order by record_count * (1 + interaction_count) desc, abs(match_weight) nulls last,
            channel_l || ':' || source_record_id_l, channel_r || ':' || source_record_id_r
    ) as priority,
    coalesce(s.settled_count, 0) as settled_count
from derived.review_queue q
left join settled_questions s on s.record_no_l = q.record_no_l and s.record_no_r = q.record_no_r
