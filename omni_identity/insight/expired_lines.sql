-- Expired lines: one row per line, of a feed of lines, of an interaction that is gone.
--
-- Reads landed.lines, landed.interactions (without the expired ones), landed.files, landed.landings,
-- expired_interactions and kept_since. A line has no time of its own. One that came without its interaction may have
-- come before it, or again after it expired: it is kept for as long as an interaction of the day on which it landed
-- last.
create or replace temp table expired_lines as
with landed_last as (
    select f.file_no, max(l.landed_at) as landed_at
    from landed.files f join landed.landings l
        on l.channel = f.channel and l.feed = f.feed and l.content_hash = f.content_hash
    where f.feed = 'lines' group by f.file_no
), gone as (
    select distinct channel, interaction_id, true as is_gone from expired_interactions
)
select l.file_no, l.row_number, l.channel
from landed.lines l join landed_last f on f.file_no = l.file_no
join kept_since k on k.channel = l.channel
left join gone g on g.channel = l.channel and g.interaction_id = l.interaction_id
anti join landed.interactions i on i.channel = l.channel and i.interaction_id = l.interaction_id
where g.is_gone or f.landed_at < k.interactions_since
