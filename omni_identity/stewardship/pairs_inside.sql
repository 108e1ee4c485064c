-- Pairs between two parts of a weak customer: one row per scored pair.
--
-- Reads weak_links and weak_parts. Pairs that ask the same have the same one and other: two parts; of an over-linked
-- customer, which hangs on one weak link, there is one question.
create or replace temp table pairs_inside as
select w.record_no_l, w.record_no_r, w.match_weight, w.golden_id, w.kind,
    case when w.kind = 'over_linked' then w.golden_id else least(l.part_no, r.part_no)::varchar end as one,
    case when w.kind = 'over_linked' then w.golden_id else greatest(l.part_no, r.part_no)::varchar end as other,
    l.record_count as record_count_l, r.record_count as record_count_r
from weak_links w
join weak_parts l on l.record_no = w.record_no_l
join weak_parts r on r.record_no = w.record_no_r
where not w.is_kept and l.part_no <> r.part_no
