-- The largest and most surprising changes of customers: one row per customer that several became, or that became
-- several.
--
-- Reads change_members (who is in which part of a change) and change_values (what they have). Against a merge
-- speak the given names, family names and birth dates beyond the first; against a split, the kinds of values that
-- the parts share.
with different as (
    select change_no, sum(n - 1)::bigint as surprise
    from (
        select change_no, kind, count(distinct value) as n from change_values
        where list_contains($single::varchar[], kind) and value is not null group by change_no, kind
    ) group by change_no
), shared as (
    select change_no, count(distinct kind) as surprise
    from (
        select change_no, kind from change_values where value is not null
        group by change_no, kind, value having count(distinct part_id) > 1
    ) group by change_no
), sized as (
    select change_no, any_value(change) as change, any_value(golden_id) as golden_id,
        list_sort(list(distinct part_id)) as part_ids, count(*) as record_count,
        list_sort(list(channel || ':' || source_record_id)) as names
    from change_members group by change_no
), weighed as (
    select s.*, coalesce(case s.change when 'merged' then d.surprise else h.surprise end, 0) as surprise
    from sized s
    left join different d using (change_no)
    left join shared h using (change_no)
)
select change, golden_id, part_ids, len(part_ids) as part_count, record_count, surprise, names
from weighed
order by record_count * (1 + surprise) desc, golden_id, change
limit $count
