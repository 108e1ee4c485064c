-- stg_open_matter_products: one row per open matter and line of what is in it, as in 2 × Mask.
select l.golden_id, l.matter, l.channel, l.matter_id, cast(e.position as integer) as position, e.value as product
from {{ source('omni_identity', 'open_matters') }} as l, {{ omni_identity.elements('products') }}
