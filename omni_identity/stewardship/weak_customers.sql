-- Customers that may be several people: one row per golden ID, with the weight from which a link inside it counts.
--
-- Reads derived.customer_diagnostics and reviewed_customers. One that no chain of even odds joins may fall into the
-- parts that are joined so; any other whose weakest link is weak, or that has far more records than a person has,
-- into those that are left without that link.
create or replace temp table weak_customers as
select golden_id,
    case when weakest_link < $even then 'possible_split' else 'over_linked' end as kind, weakest_link
from derived.customer_diagnostics semi join reviewed_customers using (golden_id)
where weakest_link < $weak or size_surplus >= $surplus
