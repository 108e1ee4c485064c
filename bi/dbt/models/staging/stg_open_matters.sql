-- stg_open_matters: one row per open cart, ticket or pick-up, without the lists of `open_matters`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'open_matters')) }}
from {{ source('omni_identity', 'open_matters') }}
