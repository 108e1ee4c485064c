-- Rows of contacts by what became of them: one row per channel that omni.yaml declares, or from which contacts
-- have landed.
--
-- Reads landed.files, landed.quarantined_rows and derived.row_states. Every landed row is in exactly one of
-- the other counts (guarantee 7).
create or replace table derived.channel_counts as
with landed_rows as (
    select channel, sum(row_count)::bigint as landed_count,
        sum(suppressed_count)::bigint as suppressed_count,
        sum(coalesce(filtered_count, 0) + coalesce(absent_count, 0)
            + coalesce(further_count, 0))::bigint as filtered_count
    from landed.files where feed = 'contacts' group by channel
), states as (
    select channel,
        count(*) filter (where state = 'current') as current_count,
        count(*) filter (where state = 'superseded') as superseded_count,
        count(*) filter (where state = 'deleted') as deleted_count
    from derived.row_states group by channel
), held_back as (
    select channel, count(*) as quarantined_count
    from landed.quarantined_rows where feed = 'contacts' group by channel
)
select channel,
    coalesce(landed_count, 0) as landed_count,
    coalesce(current_count, 0) as current_count,
    coalesce(superseded_count, 0) as superseded_count,
    coalesce(deleted_count, 0) as deleted_count,
    coalesce(quarantined_count, 0) as quarantined_count,
    coalesce(suppressed_count, 0) as suppressed_count,
    coalesce(filtered_count, 0) as filtered_count
from (select unnest($channels::varchar[]) as channel
    union select channel from landed_rows)
left join landed_rows using (channel)
left join states using (channel)
left join held_back using (channel)
order by channel
