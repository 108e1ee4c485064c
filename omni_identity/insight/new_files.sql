-- New files: one row per file of interactions, or of their lines, that has a landing which derived.interactions does
-- not know yet.
--
-- Reads landed.files, landed.landings and changed.seen_landings.
create or replace temp table new_files as
select distinct f.file_no from landed.files f
join landed.landings l using (channel, feed, content_hash)
anti join changed.seen_landings s
    on s.channel = l.channel and s.feed = l.feed and s.content_hash = l.content_hash
    and s.path = l.path and s.version = l.version
where f.feed in ('interactions', 'lines')
