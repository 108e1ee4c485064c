-- New rows of derived.customer_gaps: one per changed customer, channel and attribute that a record of theirs
-- has.
--
-- Reads gap_values and gap_records. A value links where another channel's record of the customer has it too.
-- Rows of the attribute (any) are about all records.
create or replace table derived.new_customer_gaps as
with shared as (
    select golden_id, attribute, value from gap_values
    group by golden_id, attribute, value having min(channel) < max(channel)
), filled as (
    select h.record_no, h.attribute,
        max(case when s.value is not null then 1 else 0 end) as is_linking
    from gap_values h left join shared s using (golden_id, attribute, value)
    group by h.record_no, h.attribute
), counted as (
    select record_no, attribute, is_linking from filled
    union all
    select record_no, '(any)', 0 from gap_records
)
select golden_id, channel, attribute, count(*) as record_count,
    sum(is_linking)::bigint as linking_count, sum(is_alone)::bigint as unlinked_count,
    sum(is_alone * interaction_count)::bigint as unlinked_interaction_count
from counted join gap_records using (record_no)
group by golden_id, channel, attribute
order by golden_id, channel, attribute
