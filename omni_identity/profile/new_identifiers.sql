-- New rows of derived.identifiers: one per changed identifier value that a current record has.
--
-- Reads identifier_holders. A value that several customers have identifies none of them: it has no golden_id, so
-- that whoever joins by it neither doubles a row nor takes one of them for another.
create or replace table derived.new_identifiers as
select identifier, value,
    case when count(distinct golden_id) = 1 then min(golden_id) end as golden_id,
    count(distinct golden_id) as customer_count,
    min(first_at) as first_seen_at, max(last_at) as last_seen_at
from identifier_holders group by identifier, value
