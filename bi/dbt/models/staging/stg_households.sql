-- stg_households: one row per household, without the lists of `households`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'households')) }}
from {{ source('omni_identity', 'households') }}
