-- Values that could not be read: one row per attribute of a feed that delivered.
--
-- Reads landed.unread_values and delivered_files.
select u.channel, u.feed, u.attribute, sum(u.value_count)::bigint as n
from landed.unread_values u join delivered_files d on d.file_no = u.file_no
group by u.channel, u.feed, u.attribute order by u.channel, u.feed, u.attribute
