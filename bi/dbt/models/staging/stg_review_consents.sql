-- stg_review_consents: one row per question to stewards and consent at stake.
select l.question_id, e.value as consent
from {{ source('omni_identity', 'review_queue') }} as l, {{ omni_identity.elements('consents') }}
