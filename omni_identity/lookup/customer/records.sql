-- Records of a customer: one row per current record.
-- The columns are called as a screen heads them, # before numbers. Reads crosswalk, profile_lineage.
select c.channel, c.source_record_id as record, c.match_probability as "#match",
    string_agg(distinct l.attribute, ', ' order by l.attribute) as "gives the profile its"
from crosswalk c
left join profile_lineage l on l.golden_id = c.golden_id and l.channel = c.channel
    and l.source_record_id = c.source_record_id and l.position = 1
where c.golden_id = $id
group by c.channel, c.source_record_id, c.match_probability
order by c.channel, c.source_record_id
