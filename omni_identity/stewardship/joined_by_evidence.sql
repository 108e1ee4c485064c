-- Records that may stand or fall with others by evidence: one row per record in the component of a found one.
--
-- Reads warehouse.derived.components, those of the last run.
select record_no from warehouse.derived.components where component_no in (
    select component_no from warehouse.derived.components
    where record_no in (select unnest($found::bigint[]))
)
