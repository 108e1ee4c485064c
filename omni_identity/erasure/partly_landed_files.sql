-- Files of which not all rows have landed, or are there still: one row per landed file with rows of which the
-- warehouse does not know whose they are.
--
-- Reads landed.files.
select channel, feed, content_hash from landed.files
where coalesce(filtered_count, 0) + coalesce(absent_count, 0) + coalesce(further_count, 0)
    + coalesce(expired_count, 0) > 0
