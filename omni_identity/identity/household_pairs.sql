-- Pairs of customers that decide who lives with whom: one row per two customers with a link or a steward's verdict.
--
-- Reads derived.household_links, derived.verdict_entries and derived.customers. A verdict says it for the two
-- customers, whatever the records do; of several on two customers the latest.
create or replace temp table household_pairs as
with judged as (
    select least(l.golden_id, r.golden_id) as golden_id_l, greatest(l.golden_id, r.golden_id) as golden_id_r,
        e.judgement = 'not_household' as is_apart
    from derived.verdict_entries e
    join derived.customers l on l.record_no = e.record_no_l
    join derived.customers r on r.record_no = e.record_no_r
    where e.state = 'active' and e.judgement in ('household', 'not_household') and l.golden_id <> r.golden_id
    qualify row_number() over (
        partition by least(l.golden_id, r.golden_id), greatest(l.golden_id, r.golden_id)
        order by e.judged_at desc nulls last, e.file desc, e.row_number desc
    ) = 1
), pairs as (
    select golden_id_l, golden_id_r, is_apart, true as is_judged, 1.0::double as probability,
        ['verdict'] as reasons
    from judged
    union all
    select k.golden_id_l, k.golden_id_r, false, false, k.probability, k.reasons
    from derived.household_links k
    anti join judged using (golden_id_l, golden_id_r)
)
select substr(golden_id_l, 2)::bigint as record_no_l, substr(golden_id_r, 2)::bigint as record_no_r, *
from pairs
