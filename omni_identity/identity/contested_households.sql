-- Components that may be no household as they are: one row per component_no, which holds too many, or two whom a
-- verdict keeps apart, or so many that they may be two households, not all of them linked with one another.
--
-- Reads household_labels and household_pairs.
create or replace temp table contested_households as
with sizes as (
    select component_no, count(*) as member_count from household_labels group by component_no
), inside as (
    select l.component_no, p.is_apart
    from household_pairs p
    join household_labels l on l.record_no = p.record_no_l
    join household_labels r on r.record_no = p.record_no_r and r.component_no = l.component_no
), counted as (
    select component_no, count(*) as pair_count, bool_or(is_apart) as has_apart from inside group by component_no
)
select component_no
from sizes join counted using (component_no)
where member_count > $most or has_apart
    or member_count >= $least and 2 * pair_count < member_count * (member_count - 1)
