-- Customers by device: one row per interaction that nobody else is found for, and whose device it was at its
-- time.
--
-- Reads device_interactions, device_claims and ambiguous_interactions. It is theirs if they are the only one
-- who was identified on its devices then. One whose other identifiers several customers share stays nobody's.
create or replace temp table device_customers as
select i.file_no, i.row_number, min(c.golden_id) as golden_id,
    case when min(c.rank) = 0 then 'device_id' else 'device_history' end as resolved_by
from device_interactions i
join device_claims c on c.device = i.device and i.occurred_at between c.from_at and c.until_at
where i.golden_id is null
    and (i.file_no, i.row_number) not in (select (file_no, row_number) from ambiguous_interactions)
group by i.file_no, i.row_number
having count(distinct c.golden_id) = 1
