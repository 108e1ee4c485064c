-- Affected components: one row per record whose component may be another.
--
-- Reads derived.affected_seeds, derived.scored_pairs, derived.equal_records and derived.components: the seeds, whom
-- they match or are equal to, and whom any of these hung together with before anything was taken apart.
create or replace table derived.affected_components as
with matches as (
    select record_no from derived.affected_seeds
    union
    select unnest([record_no_l, record_no_r]) from derived.scored_pairs
    where match_weight >= $weight and not is_inner and (
        record_no_l in (select record_no from derived.affected_seeds)
        or record_no_r in (select record_no from derived.affected_seeds))
    union
    select record_no from derived.equal_records where representative_no in (
        select representative_no from derived.equal_records semi join derived.affected_seeds using (record_no)
    )
)
select record_no from matches
union
select record_no from derived.components where base_no in (
    select base_no from derived.components semi join matches using (record_no)
)
