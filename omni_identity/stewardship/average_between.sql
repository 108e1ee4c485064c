-- How two customers were weighed against each other: one row.
--
-- Reads derived.customers, derived.components and derived.scored_pairs. Weights are bounded, and a pair inside a
-- component that has no score counts as the least weight, as in clustering.
select count(*) as pair_count, bool_and(cl.component_no = cr.component_no) as is_one,
    avg(greatest($least, least($greatest, coalesce(p.match_weight, $least)))) as weight
from derived.customers l join derived.customers r
    on l.golden_id = $left and r.golden_id = $right
left join derived.components cl on cl.record_no = l.record_no
left join derived.components cr on cr.record_no = r.record_no
left join derived.scored_pairs p
    on p.record_no_l = least(l.record_no, r.record_no)
    and p.record_no_r = greatest(l.record_no, r.record_no)
