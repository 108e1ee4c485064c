-- stg_review_queue: one row per question to stewards, without the lists of `review_queue`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'review_queue')) }}
from {{ source('omni_identity', 'review_queue') }}
