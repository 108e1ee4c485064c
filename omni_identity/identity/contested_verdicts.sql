-- Verdicts of same in groups inside which something is forbidden: one row per verdict, in the order of its
-- records' names, in which they are applied.
--
-- Reads same_pairs, same_labels, forbidden_inside and derived.source_records.
select p.record_no_l, p.record_no_r
from same_pairs p
join same_labels g on g.record_no = p.record_no_l
join derived.source_records l on l.record_no = p.record_no_l
join derived.source_records r on r.record_no = p.record_no_r
where g.component_no in (select label from forbidden_inside)
order by least((l.channel, l.source_record_id), (r.channel, r.source_record_id)),
    greatest((l.channel, l.source_record_id), (r.channel, r.source_record_id))
