-- Delivered interactions: one row per interaction of a delivered file: its newest version.
--
-- Reads landed.files, landed.landings, landed.interactions and delivered_files. A row is newer in a file that
-- stands later, else further down; $rows_a_file is more rows than any file has.
create or replace temp table delivered_interactions as
with places as (
    select channel, content_hash, max((path, version)) as place
    from landed.landings where feed = 'interactions' group by channel, content_hash
), positions as (
    select f.file_no, row_number() over (order by p.place, f.file_no) as position
    from landed.files f join places p
        on p.channel = f.channel and p.content_hash = f.content_hash
    where f.feed = 'interactions' and f.file_no in (select file_no from delivered_files)
), newest as (
    select max(p.position * $rows_a_file + i.row_number) as place
    from landed.interactions i join positions p on p.file_no = i.file_no
    group by i.channel, i.interaction_id
)
select i.file_no, i.row_number, i.channel
from landed.interactions i join positions p on p.file_no = i.file_no
join newest n on n.place = p.position * $rows_a_file + i.row_number
