-- Resolved interactions: one row per newest version, with the customer of its contact or of an identifier.
--
-- Reads newest_interactions, derived.customers and known_values. Of several identifiers that lead to one
-- customer each, the one that comes first in omni.yaml decides.
create or replace temp table resolved_interactions as
with found as (
    select file_no, row_number, arg_min(golden_id, (rank, golden_id)) as golden_id,
        arg_min(identifier, (rank, golden_id)) as identifier
    from known_values where is_only_one group by file_no, row_number
)
select n.file_no, n.row_number, n.occurred_at, coalesce(c.golden_id, f.golden_id) as golden_id,
    case when c.golden_id is not null then 'contact' else f.identifier end as resolved_by
from newest_interactions n
left join derived.customers c using (channel, source_record_id)
left join found f using (file_no, row_number)
