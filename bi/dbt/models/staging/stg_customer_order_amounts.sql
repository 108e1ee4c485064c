-- stg_customer_order_amounts: one row per golden customer and currency, what they ordered in it.
select l.golden_id, e.key as currency, cast(e.value as decimal(18, 2)) as amount
from {{ source('omni_identity', 'unified_profiles') }} as l, {{ omni_identity.entries('order_amounts') }}
