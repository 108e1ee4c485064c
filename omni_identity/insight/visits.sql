-- Visits: one row per subject, channel and day with anything that the subject did.
--
-- Reads touches.
create or replace temp table visits as
select subject_id, channel, day, count(*) as touch_count
from touches where is_inbound group by subject_id, channel, day
