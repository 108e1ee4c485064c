-- Links of a customer: one row per link between two of their records.
-- The columns are called as a screen heads them, # before numbers. Reads match_edges, crosswalk.
select e.channel_l || ':' || e.source_record_id_l as record,
    e.channel_r || ':' || e.source_record_id_r as "and record",
    e.match_probability as "#match", e.decided_by as by,
    array_to_string(
        [(case when x.against_strangers > 0 then '+' else '-' end) || x.comparison
            for x in e.evidence if x.level is not null and x.against_strangers <> 0],
        ' ') as "evidence for and against"
from match_edges e
join crosswalk l on l.channel = e.channel_l and l.source_record_id = e.source_record_id_l
join crosswalk r on r.channel = e.channel_r and r.source_record_id = e.source_record_id_r
where l.golden_id = $id and r.golden_id = $id
order by e.match_weight desc, 1, 2
