-- Records whose customer has to be decided again: one row per record: a seed, or in a component, former or new,
-- that holds one or has other members than before.
--
-- Reads derived.affected_seeds, derived.affected_components, derived.components and derived.new_components. A
-- component is the same if it has as many members and, record by record, the same number, which is the least of
-- its members.
with former as (
    select record_no, component_no, count(*) over (partition by component_no) as size
    from derived.components semi join derived.affected_components using (record_no)
), latest as (
    select record_no, component_no, count(*) over (partition by component_no) as size
    from derived.new_components
), seeds as (
    select record_no, true as is_seed from derived.affected_seeds
), changed as (
    select f.component_no as former_no, n.component_no as new_no
    from former f full join latest n using (record_no) left join seeds using (record_no)
    where is_seed or (f.component_no, f.size) is distinct from (n.component_no, n.size)
)
select record_no from derived.affected_seeds
union
select record_no from former where component_no in (select former_no from changed)
union
select record_no from latest where component_no in (select new_no from changed)
