-- Forbidden pairs inside groups of records judged the same: one row per pair of records.
--
-- Reads cluster_pairs and same_labels.
create or replace temp table forbidden_inside as
select l.component_no as label, p.record_no_l, p.record_no_r, p.forbidden_by
from cluster_pairs p
join same_labels l on l.record_no = p.record_no_l
join same_labels r on r.record_no = p.record_no_r and r.component_no = l.component_no
where p.forbidden_by is not null
