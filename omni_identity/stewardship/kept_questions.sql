-- Questions that are asked as they were: one row per pair of records.
--
-- Reads derived.review_queue as the last run left it, open_questions and reviewed_customers. What is asked of customers
-- that did not change, and what is at stake, is what it was; verdicts that contradict each other are few.
create or replace temp table kept_questions as
select q.record_no_l, q.record_no_r
from derived.review_queue q
semi join open_questions o on o.record_no_l = q.record_no_l and o.record_no_r = q.record_no_r
    and o.golden_id_l = q.golden_id_l and o.golden_id_r = q.golden_id_r and o.kind = q.kind
where q.kind <> 'contradicting_verdicts'
    and q.golden_id_l not in (select golden_id from reviewed_customers)
    and q.golden_id_r not in (select golden_id from reviewed_customers)
