-- Open questions between two customers, and how many of them another model settles: one row.
--
-- Reads home.derived.scored_pairs and home.derived.customers, the last run's; derived.scored_pairs and
-- derived.customers, the other model's; and derived.constraints, whose pairs nobody is asked about.
with doubtful as (
    select p.record_no_l, p.record_no_r
    from home.derived.scored_pairs p
    join home.derived.customers l on l.record_no = p.record_no_l
    join home.derived.customers r on r.record_no = p.record_no_r
    anti join derived.constraints c on c.record_no_l = p.record_no_l and c.record_no_r = p.record_no_r
    where p.match_weight >= $review and l.golden_id <> r.golden_id
    qualify row_number() over (
        partition by least(l.golden_id, r.golden_id), greatest(l.golden_id, r.golden_id)
        order by p.match_weight desc, p.record_no_l, p.record_no_r
    ) = 1
)
select count(*) as open_count,
    count(*) filter (
        where l.golden_id = r.golden_id or coalesce(p.match_weight < $review, true)
    ) as settled_count
from doubtful d
left join derived.customers l on l.record_no = d.record_no_l
left join derived.customers r on r.record_no = d.record_no_r
left join derived.scored_pairs p on p.record_no_l = d.record_no_l and p.record_no_r = d.record_no_r
