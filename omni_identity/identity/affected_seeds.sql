-- Records from which affected components are found: one row per record that changed, or of which a verdict speaks,
-- now or when components were last decided.
--
-- Reads changed.records, changed.linkage_records, derived.constraints and derived.applied_constraints.
create or replace table derived.affected_seeds as
select record_no from changed.records
union select record_no from changed.linkage_records
union select unnest([record_no_l, record_no_r]) from derived.constraints
union select unnest([record_no_l, record_no_r]) from derived.applied_constraints
