-- Claims on devices: one row per device, customer and spell of time in which the customer was identified on it.
--
-- Reads device_interactions, derived.source_records and derived.customers. An interaction that is the
-- customer's by contact or a stronger identifier claims the device from $days before it until $days after it; a
-- current record that names the device from $days before the record began.
create or replace temp table device_claims as
with steps as (
    select device, golden_id, occurred_at, case when occurred_at <= lag(occurred_at) over (
        partition by device, golden_id order by occurred_at) + to_days(2 * $days)
        then 0 else 1 end as begins
    from device_interactions where golden_id is not null
), spells as (
    select device, golden_id, occurred_at, sum(begins) over (
        partition by device, golden_id order by occurred_at
        rows between unbounded preceding and current row) as spell
    from steps
), records as (
    select unnest(device_id) as device, golden_id,
        coalesce(created_at, updated_at, first_landed_at) as began_at
    from derived.source_records join derived.customers using (record_no)
    where device_id is not null
)
select device, golden_id, min(occurred_at) - to_days($days) as from_at,
    max(occurred_at) + to_days($days) as until_at, 1 as rank
from spells group by device, golden_id, spell
union all
select device, golden_id, min(began_at) - to_days($days), '9999-12-31'::timestamp, 0
from records semi join device_interactions using (device)
group by device, golden_id
