-- Records of gaps: one row per record of a changed customer, whether the customer is in no other channel, and
-- how many interactions are the record's.
--
-- Reads derived.customers and derived.interactions.
create or replace temp table gap_records as
with members as (
    select golden_id, channel, source_record_id, record_no
    from derived.customers where golden_id in (select golden_id from changed.customers)
), channels as (
    select golden_id, count(distinct channel) as channel_count from members group by golden_id
), done as (
    select channel, source_record_id, count(*) as interaction_count
    from derived.interactions
    where golden_id in (select golden_id from changed.customers)
    group by channel, source_record_id
)
select m.golden_id, case when n.channel_count = 1 then 1 else 0 end as is_alone,
    coalesce(d.interaction_count, 0) as interaction_count, m.channel, m.record_no
from members m
join channels n using (golden_id)
left join done d using (channel, source_record_id)
