-- Customers with a record whose strict or loose ID is another one than before: one row each.
--
-- Reads derived.new_nested_ids, derived.customers, and derived.nested_ids as it was.
select distinct t.golden_id
from derived.new_nested_ids n
join derived.customers t using (record_no)
left join derived.nested_ids f using (record_no)
where f.strict_id is distinct from n.strict_id or f.loose_id is distinct from n.loose_id
