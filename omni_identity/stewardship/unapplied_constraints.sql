-- What verdicts demand of affected records otherwise than when the last run clustered: one row, or none.
--
-- Reads derived.constraints, warehouse.derived.applied_constraints and derived.affected_records.
with differing as (
    (from derived.constraints except from warehouse.derived.applied_constraints)
    union all
    (from warehouse.derived.applied_constraints except from derived.constraints)
)
select 1 as x from differing
where record_no_l in (from derived.affected_records) or record_no_r in (from derived.affected_records)
limit 1
