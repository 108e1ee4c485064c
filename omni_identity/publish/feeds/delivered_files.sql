-- Delivered files: one row per file with a landing that is not published yet.
--
-- Reads landed.files, landed.landings and settled.landings. What lies after believed_until is not believed: no
-- clock is so far ahead of the moment in which the file first landed.
create or replace temp table delivered_files as
with unpublished as (
    select distinct l.channel, l.feed, l.content_hash from landed.landings l
    anti join settled.landings s
        on s.channel = l.channel and s.feed = l.feed and s.path = l.path and s.version = l.version
), first_landed as (
    select channel, feed, content_hash, min(landed_at) as landed_at
    from landed.landings group by channel, feed, content_hash
)
select f.file_no, f.channel, f.feed, f.row_count,
    p.landed_at + $clock_days * interval 1 day as believed_until
from landed.files f
join unpublished d
    on d.channel = f.channel and d.feed = f.feed and d.content_hash = f.content_hash
join first_landed p
    on p.channel = f.channel and p.feed = f.feed and p.content_hash = f.content_hash
