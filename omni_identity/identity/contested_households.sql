-- Components that are no household as they are: one row per component_no, which holds too many, or two whom a
-- verdict keeps apart.
--
-- Reads household_labels and household_pairs.
create or replace temp table contested_households as
select component_no from household_labels group by component_no having count(*) > $most
union
select l.component_no
from household_pairs p
join household_labels l on l.record_no = p.record_no_l
join household_labels r on r.record_no = p.record_no_r and r.component_no = l.component_no
where p.is_apart
