-- Household of a customer: one row per other member.
-- The columns are called as a screen heads them, # before numbers. Reads households, unified_profiles.
with home as (
    select household_id, unnest(golden_ids) as golden_id, probability, reasons
    from households where household_id = (select household_id from unified_profiles where golden_id = $id)
)
select p.golden_id, p.full_name as name, h.household_id as household, h.probability as "#probability",
    array_to_string(h.reasons, ' ') as by
from home h join unified_profiles p using (golden_id)
where p.golden_id <> $id
order by p.golden_id
