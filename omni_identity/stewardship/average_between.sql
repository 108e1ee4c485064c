-- How two customers were weighed against each other: one row.
--
-- Reads derived.customers, derived.components, derived.equal_records and derived.scored_pairs. Of equal records the
-- first of each customer counts; what represents it has its scores, and with an equal one of another customer it is
-- scored as any two of them are. A pair counts as in clustering (weight).
with nodes as (
    select c.golden_id, coalesce(e.representative_no, c.record_no) as representative_no,
        min(c.record_no) as record_no
    from derived.customers c left join derived.equal_records e on e.record_no = c.record_no
    group by 1, 2
), pairs as (
    select l.record_no as record_no_l, r.record_no as record_no_r,
        least(l.representative_no, r.representative_no) as a,
        case when l.representative_no <> r.representative_no
            then greatest(l.representative_no, r.representative_no)
            else greatest(l.record_no, r.record_no) end as b
    from nodes l join nodes r on l.golden_id = $left and r.golden_id = $right
)
select count(*) as pair_count, bool_and(cl.component_no = cr.component_no) as is_one,
    coalesce(avg(counted_weight), $least) as weight
from pairs
left join derived.components cl on cl.record_no = pairs.record_no_l
left join derived.components cr on cr.record_no = pairs.record_no_r
left join derived.scored_pairs p on p.record_no_l = pairs.a and p.record_no_r = pairs.b
