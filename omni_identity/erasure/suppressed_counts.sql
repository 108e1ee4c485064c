-- Rows of erased persons, by file: one row per file of which rows are erased.
--
-- Reads erased_rows and erased_held_back. What is erased counts as suppressed, so every row stays accounted for.
update landed.files set suppressed_count = suppressed_count + n
from (
    select file_no as erased_no, count(*) as n from (
        select distinct file_no, row_number from erased_rows
        union all
        select distinct file_no, quarantine_number from erased_held_back
    ) group by file_no
) erased where file_no = erased_no
