-- stg_unified_profiles: one row per golden customer, without the lists of `unified_profiles`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'unified_profiles')) }}
from {{ source('omni_identity', 'unified_profiles') }}
