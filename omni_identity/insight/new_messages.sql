-- New messages: one row per affected interaction of which a channel delivers a text, or who answered.
--
-- Reads newest_interactions, landed.interactions and landed.messages. Whose they are, in which thread, when and in
-- which direction, their interaction says.
create or replace table derived.new_messages as
select i.channel, i.interaction_id, m.agent, m.bot as is_bot, m.text
from newest_interactions n
join landed.messages m on m.file_no = n.file_no and m.row_number = n.row_number
join landed.interactions i on i.file_no = n.file_no and i.row_number = n.row_number
