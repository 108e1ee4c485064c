-- stg_match_edges: one row per pair of records, without the lists of `match_edges`, which have models of their own.
select
    {{ omni_identity.flat_columns(source('omni_identity', 'match_edges')) }}
from {{ source('omni_identity', 'match_edges') }}
