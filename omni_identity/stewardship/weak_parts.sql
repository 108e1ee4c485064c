-- Parts of weak customers: one row per record, with the part that it is in and the records of that part.
--
-- Reads derived.customers, weak_customers and part_labels: records that links join; any other is a part by itself.
create or replace temp table weak_parts as
select record_no, part_no, count(*) over (partition by part_no) as record_count
from (
    select c.record_no, coalesce(p.component_no, c.record_no) as part_no
    from derived.customers c semi join weak_customers using (golden_id)
    left join part_labels p on p.record_no = c.record_no
)
