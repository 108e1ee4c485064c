-- Wholes inside which a verdict of different, or a unique identifier, forbids a pair: one row each.
--
-- Reads judged_members and cluster_pairs.
create or replace temp table contested_wholes as
select distinct l.whole_no
from cluster_pairs p
join judged_members l on l.record_no = p.record_no_l
join judged_members r on r.record_no = p.record_no_r and r.whole_no = l.whole_no
where p.forbidden_by is not null
