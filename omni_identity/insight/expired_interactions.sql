-- Expired interactions: one row per landed row of interactions that is older than retention keeps it.
--
-- Reads landed.interactions and kept_since. Every version of an interaction goes by its own time: so what is kept
-- does not depend on the order in which they came.
create or replace temp table expired_interactions as
select i.file_no, i.row_number, i.channel, i.interaction_id
from landed.interactions i join kept_since k on k.channel = i.channel
where i.occurred_at < k.interactions_since
