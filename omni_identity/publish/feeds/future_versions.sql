-- Versions of contacts that are dated in the future: one row per channel that delivered contacts.
--
-- Reads landed.contacts and delivered_files. Of all rows: a version that is not believed may well be superseded.
select c.channel, count(*) filter (where c.updated_at > f.believed_until) as n, count(*) as total
from landed.contacts c join delivered_files f on f.file_no = c.file_no
group by c.channel order by c.channel
