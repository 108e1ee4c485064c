-- Questions that an answer of same would settle besides: one row per question between two customers about whom a third
-- is asked, with how many such third customers there are.
--
-- Reads open_questions. If the two are one, then each question with the third is one question and no longer two.
create or replace temp table settled_questions as
with sides as (
    select golden_id_l as golden_id, golden_id_r as other from open_questions where golden_id_l <> golden_id_r
    union
    select golden_id_r, golden_id_l from open_questions where golden_id_l <> golden_id_r
)
select q.record_no_l, q.record_no_r, count(*) as settled_count
from open_questions q
join sides l on l.golden_id = q.golden_id_l
join sides r on r.golden_id = q.golden_id_r and r.other = l.other
where q.golden_id_l <> q.golden_id_r
group by q.record_no_l, q.record_no_r
