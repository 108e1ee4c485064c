-- Scored pairs inside weak customers: one row per pair, and whether it counts as a link.
--
-- Reads derived.scored_pairs, derived.customers and weak_customers.
create or replace temp table weak_links as
select p.record_no_l, p.record_no_r, p.match_weight, w.golden_id, w.kind,
    case when w.kind = 'possible_split' then p.match_weight >= $even else p.match_weight > w.weakest_link end as is_kept
from derived.scored_pairs p
join derived.customers l on l.record_no = p.record_no_l
join weak_customers w on w.golden_id = l.golden_id
join derived.customers r on r.record_no = p.record_no_r and r.golden_id = l.golden_id
