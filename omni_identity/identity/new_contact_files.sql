-- New files of contacts: one row per file that landed, or landed again under another name, since the records were
-- last brought up to date.
--
-- Reads landed.files, landed.landings and changed.seen_landings.
create or replace table derived.new_contact_files as
select distinct f.file_no, f.channel from landed.files f
join landed.landings l using (channel, feed, content_hash)
anti join changed.seen_landings s
    on s.channel = l.channel and s.feed = l.feed and s.content_hash = l.content_hash
    and s.path = l.path and s.version = l.version
where f.feed = 'contacts'
