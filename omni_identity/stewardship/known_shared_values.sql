-- Values that are nobody's evidence: one row per identifier and value that the last run found, or a verdict names.
--
-- Reads warehouse.derived.shared_values, derived.values_judged_before (what verdicts named in the last run) and
-- derived.judged_shared_values. What a verdict of before named, and none does now, counts again, unless too many
-- people have it.
create or replace table derived.shared_values as
select identifier, value from warehouse.derived.shared_values
where record_count is not null
    or (identifier, value) not in (select (identifier, value) from derived.values_judged_before)
union
select identifier, value from derived.judged_shared_values
