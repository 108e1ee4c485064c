-- stg_match_evidence: one row per pair of records and comparison: what it found, and what that weighs (log2).
select l.channel_l, l.source_record_id_l, l.channel_r, l.source_record_id_r,
    cast(e.position as integer) as position,
    {{ omni_identity.field('comparison') }} as comparison,
    {{ omni_identity.field('level') }} as level,
    cast({{ omni_identity.field('against_strangers') }} as double precision) as against_strangers,
    cast({{ omni_identity.field('against_relatives') }} as double precision) as against_relatives,
    cast({{ omni_identity.field('against_namesakes') }} as double precision) as against_namesakes
from {{ source('omni_identity', 'match_edges') }} as l, {{ omni_identity.structs('evidence') }}
