-- Expired rows of a run: one row per channel and table.
--
-- Reads expired_interactions, expired_lines and expired_messages.
insert into ledger.expired_rows
select $run_id::varchar as run_id, channel, table_name, count(*) as row_count
from (
    select channel, 'interactions' as table_name from expired_interactions
    union all select channel, 'lines' as table_name from expired_lines
    union all select channel, 'messages' as table_name from expired_messages
) expired group by channel, table_name
