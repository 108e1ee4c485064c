-- How two customers were weighed against each other: one row.
--
-- Reads derived.customers, derived.components and derived.scored_pairs. A pair counts as in clustering (weight).
select count(*) as pair_count, bool_and(cl.component_no = cr.component_no) as is_one,
    coalesce(avg({weight}), $least) as weight
from derived.customers l join derived.customers r
    on l.golden_id = $left and r.golden_id = $right
left join derived.components cl on cl.record_no = l.record_no
left join derived.components cr on cr.record_no = r.record_no
left join derived.scored_pairs p
    on p.record_no_l = least(l.record_no, r.record_no)
    and p.record_no_r = greatest(l.record_no, r.record_no)
