-- Expired messages: one row per landed message that is older than retention keeps it, though its interaction is kept.
--
-- Reads landed.messages, landed.interactions, expired_interactions and kept_since.
create or replace temp table expired_messages as
select i.file_no, i.row_number, i.channel, i.interaction_id
from landed.messages m
join landed.interactions i on i.file_no = m.file_no and i.row_number = m.row_number
join kept_since k on k.channel = i.channel
anti join expired_interactions e on e.file_no = m.file_no and e.row_number = m.row_number
where i.occurred_at < k.messages_since
