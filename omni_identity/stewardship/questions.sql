-- Questions for a steward: one row per question, the most consequential first.
--
-- Reads warehouse.derived.review_queue and warehouse.derived.customers. With a question_id that one alone.
select l.record_no, r.record_no as record_no_r,
    q.channel_l || ':' || q.source_record_id_l as name_l, q.channel_r || ':' || q.source_record_id_r as name_r,
    q.golden_id_l, q.golden_id_r, q.match_weight, q.record_count, q.interaction_count,
    q.question_id, q.kind, q.reason, q.rival
from warehouse.derived.review_queue q
join warehouse.derived.customers l on l.channel = q.channel_l and l.source_record_id = q.source_record_id_l
join warehouse.derived.customers r on r.channel = q.channel_r and r.source_record_id = q.source_record_id_r
where $question_id is null or q.question_id = $question_id
order by q.record_count * (1 + q.interaction_count) desc, abs(q.match_weight) nulls last, name_l, name_r
