-- Interactions that are dated in the future: one row per channel that delivered interactions.
--
-- Reads delivered_files, and landed.quarantined_rows, where $in_future is the reason code of such rows.
with files as (
    select file_no, channel, row_count from delivered_files where feed = 'interactions'
), held_back as (
    select file_no, count(*) as n from landed.quarantined_rows
    where reason_code = $in_future group by file_no
)
select channel, sum(row_count)::bigint as landed, coalesce(sum(n), 0)::bigint as in_future
from files left join held_back using (file_no) group by channel order by channel
