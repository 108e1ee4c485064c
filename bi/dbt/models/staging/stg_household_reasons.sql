-- stg_household_reasons: one row per household and comparison in which its members agree.
select l.household_id, e.value as reason
from {{ source('omni_identity', 'households') }} as l, {{ omni_identity.elements('reasons') }}
