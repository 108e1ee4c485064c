-- stg_customer_contact_channels: one row per golden customer and way in which they may be contacted.
select l.golden_id, e.value as contact_channel
from {{ source('omni_identity', 'customer_context') }} as l, {{ omni_identity.elements('contact_channels') }}
