-- Compared pairs of a customer: one row per pair of which one record at least is theirs, with all that was found; the
-- weakest first. other_golden_id is null within the customer.
-- Reads match_edges, crosswalk.
with edges as (
    select *, (channel_l, source_record_id_l) in (select (channel, source_record_id) from crosswalk where golden_id = $id)
        as is_l, (channel_r, source_record_id_r) in (
            select (channel, source_record_id) from crosswalk where golden_id = $id
        ) as is_r
    from match_edges
)
select channel_l || ':' || source_record_id_l as record_l, channel_r || ':' || source_record_id_r as record_r,
    match_weight, match_probability, identity_probability, decided_by, evidence, is_l and is_r as is_within
from edges where is_l or is_r
order by match_weight nulls first, record_l, record_r
