-- Questions for a steward: one row per question: the strongest of the pairs that ask the same.
--
-- Reads possible_pairs, warehouse.derived.customers and warehouse.derived.interactions. The most consequential come
-- first: by records times interactions at stake, then the least certain, then by names.
with strongest as (
    select * from possible_pairs
    qualify row_number() over (
        partition by one, other order by match_weight desc, name_l, name_r
    ) = 1
), sizes as (
    select golden_id, count(*) as records from warehouse.derived.customers group by golden_id
), histories as (
    select golden_id, count(*) as interactions from warehouse.derived.interactions group by golden_id
), weighed as (
    select q.*,
        a.records + case when q.golden_id_l = q.golden_id_r then 0 else b.records end as records,
        coalesce(x.interactions, 0)
            + case when q.golden_id_l = q.golden_id_r then 0 else coalesce(y.interactions, 0) end
            as interactions
    from strongest q
    join sizes a on a.golden_id = q.golden_id_l
    join sizes b on b.golden_id = q.golden_id_r
    left join histories x on x.golden_id = q.golden_id_l
    left join histories y on y.golden_id = q.golden_id_r
)
select record_no_l, record_no_r, name_l, name_r, golden_id_l, golden_id_r, match_weight, records,
    interactions
from weighed
order by records * (1 + interactions) desc, abs(match_weight), name_l, name_r
