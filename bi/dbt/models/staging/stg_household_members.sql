-- stg_household_members: one row per household and golden customer in it.
select l.household_id, e.value as golden_id
from {{ source('omni_identity', 'households') }} as l, {{ omni_identity.elements('golden_ids') }}
