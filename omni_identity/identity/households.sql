-- Households: one row per household of two customers or more.
--
-- Reads derived.household_members and household_pairs, their links. Each member hangs on its surest link to another;
-- the household is as sure as the least sure of these.
create or replace table derived.households as
with inside as (
    select l.household_id, k.golden_id_l, k.golden_id_r, k.probability, k.reasons
    from household_pairs k
    join derived.household_members l on l.golden_id = k.golden_id_l
    join derived.household_members r on r.golden_id = k.golden_id_r and r.household_id = l.household_id
    where not k.is_apart
), sides as (
    select household_id, golden_id_l as golden_id, probability from inside
    union all select household_id, golden_id_r, probability from inside
), surest as (
    select household_id, golden_id, max(probability) as probability
    from sides group by household_id, golden_id
), certainty as (
    select household_id, min(probability) as probability from surest group by household_id
), why as (
    select household_id, list_sort(list(distinct reason)) as reasons
    from (select household_id, unnest(reasons) as reason from inside)
    group by household_id
), members as (
    select household_id, count(*) as member_count, list_sort(list(golden_id)) as golden_ids
    from derived.household_members group by household_id
)
select m.household_id, m.member_count, m.golden_ids, c.probability,
    coalesce(w.reasons, []::varchar[]) as reasons
from members m
left join certainty c using (household_id)
left join why w using (household_id)
