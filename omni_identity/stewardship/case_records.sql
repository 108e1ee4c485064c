-- Records of the customers of a question: one row per record, the two that it names first.
--
-- Reads warehouse.derived.customers and warehouse.derived.source_records. At most so many; record_count is of all.
with members as (
    select record_no, golden_id, channel || ':' || source_record_id as name, count(*) over () as record_count,
        case when golden_id = (select golden_id from warehouse.derived.customers where record_no = $one)
            then 0 else 1 end as side
    from warehouse.derived.customers where golden_id in (select unnest($golden_ids::varchar[]))
), placed as (
    select *, row_number() over (
        order by record_no not in ($one, $other), side, name
    ) as importance from members
)
select m.golden_id, m.name, m.record_count, s.*
from placed m join warehouse.derived.source_records s using (record_no)
where m.importance <= $most
order by m.record_no not in ($one, $other), m.side, m.record_no <> $one, m.name
