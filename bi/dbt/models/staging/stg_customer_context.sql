-- stg_customer_context: one row per golden customer, without the lists of `customer_context`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'customer_context')) }}
from {{ source('omni_identity', 'customer_context') }}
