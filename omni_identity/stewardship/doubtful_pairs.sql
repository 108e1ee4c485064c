-- Doubtful pairs: one row per scored pair between two customers, or between two parts of one that no chain of even
-- odds joins.
--
-- Reads warehouse.derived.scored_pairs, warehouse.derived.customers, inner_links and customer_parts. Pairs that
-- ask the same have the same one and other: two customers, or two parts of one.
create or replace temp table doubtful_pairs as
with parted as (
    select i.*, coalesce(l.component_no, record_no_l) as part_l,
        coalesce(r.component_no, record_no_r) as part_r
    from inner_links i
    left join customer_parts l on l.record_no = i.record_no_l
    left join customer_parts r on r.record_no = i.record_no_r
)
select p.record_no_l, p.record_no_r, p.match_weight,
    l.golden_id as golden_id_l, r.golden_id as golden_id_r,
    least(l.golden_id, r.golden_id) as one, greatest(l.golden_id, r.golden_id) as other
from warehouse.derived.scored_pairs p
join warehouse.derived.customers l on l.record_no = p.record_no_l
join warehouse.derived.customers r on r.record_no = p.record_no_r
where p.match_weight >= $review and l.golden_id <> r.golden_id
union all
select record_no_l, record_no_r, match_weight, golden_id, golden_id,
    least(part_l, part_r)::varchar, greatest(part_l, part_r)::varchar
from parted where part_l <> part_r
