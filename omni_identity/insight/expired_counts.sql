-- Expired rows, by file: one row per file of which rows have expired is updated, of landed.files.
--
-- Reads expired_interactions and expired_lines. So every delivered row stays accounted for. A message is no row of a
-- file, but a part of one.
update landed.files set expired_count = coalesce(expired_count, 0) + n
from (
    select file_no as expired_no, count(*) as n from (
        select file_no from expired_interactions union all select file_no from expired_lines
    ) rows_of_files group by file_no
) expired where file_no = expired_no
