-- Doubtful pairs of two customers: one row per scored pair, unless a verdict keeps the two apart.
--
-- Reads derived.scored_pairs, derived.customers, derived.constraints and reviewed_customers.
create or replace temp table pairs_between as
with pairs as (
    select p.record_no_l, p.record_no_r, p.match_weight,
        l.golden_id as golden_id_l, r.golden_id as golden_id_r,
        least(l.golden_id, r.golden_id) as one, greatest(l.golden_id, r.golden_id) as other
    from derived.scored_pairs p
    join derived.customers l on l.record_no = p.record_no_l
    join derived.customers r on r.record_no = p.record_no_r
    where p.match_weight >= $review and l.golden_id <> r.golden_id
        and (l.golden_id in (select golden_id from reviewed_customers)
            or r.golden_id in (select golden_id from reviewed_customers))
), judged as (
    select distinct least(l.golden_id, r.golden_id) as one, greatest(l.golden_id, r.golden_id) as other
    from derived.constraints c
    join derived.customers l on l.record_no = c.record_no_l
    join derived.customers r on r.record_no = c.record_no_r
    where c.judgement = 'different'
)
select * from pairs anti join judged using (one, other)
