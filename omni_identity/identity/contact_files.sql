-- Contact files in their order: one row per landed file of contacts; the last of its names counts.
--
-- Reads landed.files and landed.landings. Which of a record's rows is newer depends on where their files stand
-- (path, version) and not on when they arrived. A time in a row is believed up to believed_until: what says that
-- it was changed in 2099 would win for ever. The first landing is written down once, so any later run says the same.
create or replace temp table contact_files as
with places as (
    select channel, feed, content_hash, min(landed_at) as landed_at,
        arg_max(path, (path, version)) as path, arg_max(version, (path, version)) as version
    from landed.landings group by channel, feed, content_hash
)
select f.file_no, f.channel, p.path, p.version, f.is_complete, p.landed_at,
    p.landed_at + $clock_days * interval 1 day as believed_until,
    list_contains($snapshots::varchar[], f.channel) as is_snapshot
from landed.files f join places p using (channel, feed, content_hash)
where f.feed = 'contacts'
