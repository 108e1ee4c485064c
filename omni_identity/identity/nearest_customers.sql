-- The nearest other customers: one row per customer (by the least number of its records) with records of another
-- one in its component.
--
-- Reads derived.customers, derived.components, derived.scored_pairs and diagnosed_members. Near are customers
-- by the average of the pairs between them, of which each counts as in clustering (weight). Only components that
-- hold a measured customer and several customers are looked at.
create or replace temp table nearest_customers as
with touched as (
    select record_no, component_no, golden_id
    from derived.components join derived.customers using (record_no)
    where component_no in (
        select component_no from derived.components
        where record_no in (select record_no from diagnosed_members)
    )
), numbers as (
    select golden_id, min(record_no) as customer_no from derived.customers
    where golden_id in (select golden_id from touched) group by golden_id
), several as (
    select component_no from touched group by component_no having count(distinct golden_id) > 1
), nodes as (
    select record_no, component_no, customer_no
    from touched semi join several using (component_no) join numbers using (golden_id)
), averages as (
    select least(l.customer_no, r.customer_no) as a, greatest(l.customer_no, r.customer_no) as b,
        avg(counted_weight) as weight
    from (
        select * from derived.scored_pairs
        where record_no_l in (select record_no from nodes) and record_no_r in (select record_no from nodes)
    ) p
    join nodes l on l.record_no = p.record_no_l
    join nodes r on r.record_no = p.record_no_r
    where l.component_no = r.component_no and l.customer_no <> r.customer_no
    group by a, b having count(counted_weight) > 0
), others as (
    select a as customer_no, b as other_no, weight from averages
    union all select b, a, weight from averages
)
select o.customer_no, n.golden_id, o.weight
from others o join numbers n on n.customer_no = o.other_no
qualify row_number() over (partition by o.customer_no order by o.weight desc, n.golden_id) = 1
