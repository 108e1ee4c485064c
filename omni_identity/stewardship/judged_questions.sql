-- Verdicts that contradict others, or that a unique identifier stands against: one row per pair of current records.
--
-- Reads derived.verdict_entries, derived.broken_verdicts and derived.customers. They are questions too: one of the
-- verdicts, or a value, is wrong.
create or replace temp table judged_questions as
with pairs as (
    select least(record_no_l, record_no_r) as record_no_l, greatest(record_no_l, record_no_r) as record_no_r
    from derived.verdict_entries where state = 'rejected'
    union
    select record_no_l, record_no_r from derived.broken_verdicts
), counted as (
    select golden_id, count(*) as record_count from derived.customers
    where golden_id in (
        select golden_id from derived.customers
        where record_no in (select record_no_l from pairs union all select record_no_r from pairs)
    )
    group by golden_id
)
select p.record_no_l, p.record_no_r, l.golden_id as golden_id_l, r.golden_id as golden_id_r,
    'contradicting_verdicts' as kind, s.match_weight, 1::bigint as pair_count,
    a.record_count as record_count_l, b.record_count as record_count_r,
    null::varchar as rival, []::varchar[] as agreeing, []::varchar[] as differing
from pairs p
join derived.customers l on l.record_no = p.record_no_l
join derived.customers r on r.record_no = p.record_no_r
join counted a on a.golden_id = l.golden_id
join counted b on b.golden_id = r.golden_id
left join derived.scored_pairs s on s.record_no_l = p.record_no_l and s.record_no_r = p.record_no_r
