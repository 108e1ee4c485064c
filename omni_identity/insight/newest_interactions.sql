-- Newest versions: one row per affected interaction, where it landed last and what says whose it is.
--
-- Reads landed.landings, landed.files, landed.interactions and affected_interactions. $rows_a_file is more than
-- any file has: a file's position times it, and the row's number, are the row's place among all. Places alone
-- are compared, and whole rows fetched after: rows are wide.
create or replace temp table newest_interactions as
with places as (
    select channel, feed, content_hash, arg_max(path, (path, version)) as path,
        arg_max(version, (path, version)) as version
    from landed.landings group by channel, feed, content_hash
), positions as (
    select f.file_no, row_number() over (order by p.path, p.version, f.file_no) as position
    from landed.files f join places p using (channel, feed, content_hash)
    where f.feed = 'interactions'
), newest as (
    select max(p.position * $rows_a_file::bigint + i.row_number) as place
    from landed.interactions i
    semi join affected_interactions t
        on t.channel = i.channel and t.interaction_id = i.interaction_id
    join positions p using (file_no)
    group by i.channel, i.interaction_id
)
select i.file_no, i.row_number, i.channel, i.source_record_id, i.occurred_at
from landed.interactions i join positions p using (file_no)
join newest n on n.place = p.position * $rows_a_file::bigint + i.row_number
