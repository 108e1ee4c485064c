-- Held-back rows of contacts and interactions: one row, or one file that was held back as a whole, as the
-- published quarantined_records has it.
--
-- Reads landed.quarantined_rows, landed.files and landed.landings. A file that landed under several names is
-- called by the last of them.
select q.channel, q.feed, p.path as file, f.content_hash, q.quarantine_number, q.row_number,
    q.reason_code, q.detail, q.payload
from landed.quarantined_rows q
join landed.files f using (file_no)
join (
    select channel, feed, content_hash, max(path) as path from landed.landings group by all
) p on p.channel = f.channel and p.feed = f.feed and p.content_hash = f.content_hash
