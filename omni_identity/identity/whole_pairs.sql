-- Members and pairs of what is to be cut: one row per record of a whole, or (with other_no) one pair of them.
--
-- Reads whole_members, cluster_members and cluster_pairs. Members have the place that decides ties, and in together
-- one number for all that must stay together.
select w.whole_no as component_no, w.record_no, null::bigint as other_no, w.together, null::double as weight,
    row_number() over (partition by w.whole_no order by m.channel, m.source_record_id) as place
from whole_members w join cluster_members m using (record_no)
union all
select l.whole_no, p.record_no_l, p.record_no_r, null, p.weight, null
from cluster_pairs p
join whole_members l on l.record_no = p.record_no_l
join whole_members r on r.record_no = p.record_no_r and r.whole_no = l.whole_no
