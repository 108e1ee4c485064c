-- Rows that were passed over: one row per feed that delivered.
--
-- Reads delivered_files and landed.files.
select d.channel, d.feed, sum(f.row_count)::bigint as landed,
    sum(coalesce(f.filtered_count, 0))::bigint as filtered,
    sum(coalesce(f.absent_count, 0))::bigint as absent,
    sum(coalesce(f.further_count, 0))::bigint as further
from delivered_files d join landed.files f on f.file_no = d.file_no
group by d.channel, d.feed order by d.channel, d.feed
