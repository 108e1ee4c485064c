-- Files that hold erased rows: one row per landed file, with the numbers of these rows.
--
-- Reads landed.files, erased_rows and erased_held_back.
select f.channel, f.feed, f.content_hash, list(distinct e.row_number) as numbers
from landed.files f join (
    select file_no, row_number from erased_rows
    union select file_no, row_number from erased_held_back
) e using (file_no)
group by all
