-- stg_review_channels: one row per question to stewards and channel that knows one of those it is about.
select l.question_id, e.value as channel
from {{ source('omni_identity', 'review_queue') }} as l, {{ omni_identity.elements('channels') }}
