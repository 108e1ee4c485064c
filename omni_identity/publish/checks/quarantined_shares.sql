-- Held-back rows of this run: one row per feed that delivered.
--
-- Reads landed.files, landed.landings and landed.quarantined_rows. What stands below a table is no row of it.
with run_files as (
    select f.file_no, f.channel, f.feed, f.row_count from landed.files f
    where exists (
        select 1 from landed.landings l where l.run_id = $run_id and l.channel = f.channel
            and l.feed = f.feed and l.content_hash = f.content_hash
    )
), held_back as (
    select file_no, count(*) as n from landed.quarantined_rows
    where reason_code <> $below_the_table group by file_no
)
select channel, feed, sum(coalesce(n, 0))::bigint as held_back, sum(row_count)::bigint as landed
from run_files left join held_back using (file_no)
group by channel, feed order by channel, feed
