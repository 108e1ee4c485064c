-- Records that stand or fall with others: one row per record in the component of a found one, or judged the same
-- as one.
--
-- Reads warehouse.derived.components, those of the last run, and derived.constraints.
with found as (
    select unnest($found::bigint[]) as record_no
)
select record_no from warehouse.derived.components where component_no in (
    select component_no from warehouse.derived.components join found using (record_no)
)
union select record_no_l from derived.constraints
    where judgement = 'same' and record_no_r in (from found)
union select record_no_r from derived.constraints
    where judgement = 'same' and record_no_l in (from found)
