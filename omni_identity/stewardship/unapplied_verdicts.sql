-- Verdicts that may have affected records clustered otherwise than the last run did: one row, or none.
--
-- Reads derived.constraints, derived.verdict_entries, derived.affected_records, and of the last run
-- warehouse.derived.applied_constraints, derived.values_judged_before and derived.values_wrong_before. Where any verdict
-- is, or was, on values, that may be so of every record.
with differing as (
    (from derived.constraints except from warehouse.derived.applied_constraints)
    union all
    (from warehouse.derived.applied_constraints except from derived.constraints)
)
select 1 as x from (
    select 1 from differing
    where record_no_l in (from derived.affected_records) or record_no_r in (from derived.affected_records)
    union all select 1 from derived.verdict_entries where state = 'active' and judgement in ('wrong_data', 'shared')
    union all select 1 from derived.values_judged_before
    union all select 1 from derived.values_wrong_before
) limit 1
