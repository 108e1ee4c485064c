-- Links between customers who live together: one row per two customers with a changed one among them.
--
-- Reads likely_household_pairs, derived.customers and changed.customers. Of the pairs of their records the
-- surest says how sure the link is, and why: what two people of one household share need not stand in every
-- record of theirs.
create or replace table derived.new_household_links as
with pairs as (
    select least(l.golden_id, r.golden_id) as golden_id_l, greatest(l.golden_id, r.golden_id) as golden_id_r,
        p.probability, p.reasons, p.record_no_l, p.record_no_r
    from likely_household_pairs p
    join derived.customers l on l.record_no = p.record_no_l
    join derived.customers r on r.record_no = p.record_no_r
    where l.golden_id <> r.golden_id and (
        l.golden_id in (select golden_id from changed.customers)
        or r.golden_id in (select golden_id from changed.customers)
    )
)
select * from pairs
qualify row_number() over (
    partition by golden_id_l, golden_id_r order by probability desc, record_no_l, record_no_r
) = 1
