-- stg_customer_channels: one row per golden customer and channel that knows them.
select l.golden_id, e.value as channel
from {{ source('omni_identity', 'unified_profiles') }} as l, {{ omni_identity.elements('channels') }}
