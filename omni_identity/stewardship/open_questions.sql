-- Questions that are open: one row per question, with those that verdicts ask by contradicting each other.
--
-- Reads derived.review_pairs, judged_questions, derived.verdict_entries and derived.customers. About whom a steward
-- could not tell lately is asked no more for a while: about the same pair, or the same two customers.
create or replace temp table open_questions as
with put_off as (
    select least(e.record_no_l, e.record_no_r) as record_no_l, greatest(e.record_no_l, e.record_no_r) as record_no_r,
        least(l.golden_id, r.golden_id) as one, greatest(l.golden_id, r.golden_id) as other
    from derived.verdict_entries e
    join derived.customers l on l.record_no = e.record_no_l
    join derived.customers r on r.record_no = e.record_no_r
    where e.judgement = 'unsure' and e.state = 'active' and e.judged_at > $since
)
select * from judged_questions
union all
select * from derived.review_pairs
where (record_no_l, record_no_r) not in (select (record_no_l, record_no_r) from judged_questions)
    and (record_no_l, record_no_r) not in (select (record_no_l, record_no_r) from put_off)
    and (least(golden_id_l, golden_id_r), greatest(golden_id_l, golden_id_r))
        not in (select (one, other) from put_off where one <> other)
