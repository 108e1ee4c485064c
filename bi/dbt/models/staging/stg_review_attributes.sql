-- stg_review_attributes: one row per question to stewards and attribute in which its two records agree or differ.
select l.question_id, e.value as attribute, true as is_agreeing
from {{ source('omni_identity', 'review_queue') }} as l, {{ omni_identity.elements('agreeing') }}
union all
select l.question_id, e.value as attribute, false as is_agreeing
from {{ source('omni_identity', 'review_queue') }} as l, {{ omni_identity.elements('differing') }}
