-- Customers who have an address that a changed record refuses, or refused before: each once.
--
-- Reads derived.record_consents, as it was, derived.new_record_consents and derived.profile_lineage. Whose ever
-- the record is: its refusal holds for everybody with the address, so they change with it.
with refused as (
    select identifier, address from derived.record_consents
    where not is_given and address is not null and record_no in (select record_no from changed.records)
    union
    select identifier, address from derived.new_record_consents
    where not is_given and address is not null
)
select distinct l.golden_id
from derived.profile_lineage l join refused r on l.attribute = r.identifier and l.value = r.address
