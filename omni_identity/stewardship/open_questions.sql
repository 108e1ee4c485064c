-- Questions that are open: one row per question, with those that verdicts ask by contradicting each other.
--
-- Reads derived.review_pairs and judged_questions.
create or replace temp table open_questions as
select * from judged_questions
union all
select * from derived.review_pairs
where (record_no_l, record_no_r) not in (select (record_no_l, record_no_r) from judged_questions)
