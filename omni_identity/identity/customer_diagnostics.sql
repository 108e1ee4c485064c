-- Diagnostics of customers: one row per customer of at least two records.
--
-- Reads diagnosed_members, diagnosed_pairs, measured_customers and nearest_customers.
with summed as (
    select customer_no, count(*) filter (where contradicts) as contradiction_count,
        coalesce(avg(counted), $least) as mean_match_weight
    from diagnosed_pairs group by customer_no
), counted as (
    select customer_no, count(distinct representative_no) as node_count from diagnosed_members group by customer_no
)
select m.golden_id, m.record_count, d.weakest_link, d.bridge_count,
    s.contradiction_count, s.mean_match_weight, d.chain_weight,
    least(d.cohesion_weight, $greatest) as cohesion_weight,
    n.golden_id as nearest_golden_id, n.weight as nearest_match_weight,
    round(log2(greatest(1.0::double, c.node_count / $most)), 6) as size_surplus
from diagnosed_members m
join measured_customers d using (customer_no)
join summed s using (customer_no)
join counted c using (customer_no)
left join nearest_customers n using (customer_no)
where m.place = 0
