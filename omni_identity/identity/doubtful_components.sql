-- Members and pairs of doubtful components: one row per record of a component that is to be cut, or (with
-- other_no) one pair of them.
--
-- Reads cluster_members, cluster_pairs, doubtful_components and same_groups. Members have the place that decides
-- ties, and in together one number for all that verdicts of same hold together.
select component_no, m.record_no, null::bigint as other_no,
    coalesce(g.group_no, m.record_no) as together, null::double as weight,
    row_number() over (partition by component_no order by channel, source_record_id) as place
from cluster_members m
join doubtful_components d using (component_no)
left join same_groups g on g.record_no = m.record_no
union all
select component_no, record_no_l, record_no_r, null, weight, null
from cluster_pairs join doubtful_components d using (component_no)
