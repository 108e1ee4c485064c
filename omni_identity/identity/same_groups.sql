-- Groups of records that verdicts of same hold together: one row per record.
--
-- Reads same_labels; and contested_groups for groups inside which forbidden_inside has a pair.
create or replace temp table same_groups as
select record_no, component_no as group_no from same_labels
where component_no not in (select label from forbidden_inside)
union all select record_no, group_no from contested_groups
