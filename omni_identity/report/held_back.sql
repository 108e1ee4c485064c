-- Held-back rows by reason: one row per reason of one feed, the one with most rows first.
--
-- Reads the candidate's quarantined_records and landed.files. Beside the rows stand those that landed of the
-- feed. A file that was held back as a whole is no row: it is among those set aside.
with held_back as (
    select channel, feed, reason_code, count(row_number) as row_count,
        count(*) - count(row_number) as whole_files
    from candidate.main.quarantined_records group by channel, feed, reason_code
), whole_files as (
    select channel, feed, sum(whole_files) as n from held_back group by channel, feed
), landed_rows as (
    select channel, feed, sum(row_count) as n from landed.files group by channel, feed
)
select h.channel, h.feed, h.reason_code, h.row_count, cast(l.n - w.n as bigint) as landed_count
from held_back h
join whole_files w on w.channel = h.channel and w.feed = h.feed
left join landed_rows l on l.channel = h.channel and l.feed = h.feed
where h.row_count > 0
order by h.row_count desc, h.channel, h.feed, h.reason_code
