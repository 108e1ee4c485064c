-- Facts of records: one row per affected customer, over all their records.
--
-- Reads derived.source_records and derived.affected_customers. `record_channel` is where most of the records
-- are: it stands for the preferred channel of who has no interactions.
create or replace temp table record_facts as
with records as (
    select golden_id, channel, created_at, updated_at, first_landed_at
    from derived.source_records join derived.affected_customers
        using (record_no, channel, source_record_id)
), ranked_channels as (
    select golden_id, channel, count(*) as n from records group by golden_id, channel
), record_channels as (
    select golden_id, channel from ranked_channels
    qualify row_number() over (partition by golden_id order by n desc, channel) = 1
), about as (
    select golden_id,
        list_sort(list(distinct channel)) as channels,
        count(distinct channel)::integer as channel_count,
        min(coalesce(created_at, updated_at, first_landed_at)) as first_record_at,
        max(coalesce(updated_at, created_at, first_landed_at)) as last_record_at,
        count(*) as record_count
    from records group by golden_id
)
select a.*, r.channel as record_channel
from about a left join record_channels r using (golden_id)
