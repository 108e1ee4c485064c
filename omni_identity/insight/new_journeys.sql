-- New rows of derived.journeys: one per journey of a changed customer.
--
-- Reads subjects, subject_journeys, journey_stages, journey_stays and derived.as_of. A journey without an order is open until
-- $silence_days have passed after its last touch.
create or replace table derived.new_journeys as
with customers as (
    select subject_id, golden_id from subjects where seen_as = 'customers'
), paths as (
    select subject_id, journey_number, string_agg(channel, ' > ' order by position) as path,
        max(case when position = 1 then channel end) as first_channel,
        max_by(channel, position) as last_channel
    from journey_stays semi join customers using (subject_id)
    group by subject_id, journey_number
)
select golden_id, j.journey_number, started_at, ended_at,
    case when is_order then 'order'
        when ended_at + $silence_days::integer * interval 1 day < as_of then 'silence'
        else 'open' end as outcome,
    path, first_channel, last_channel, channel_count, touch_count, order_interaction_id,
    g.stages, g.last_stage
from subject_journeys j join customers using (subject_id)
join paths using (subject_id, journey_number)
join journey_stages g using (subject_id, journey_number) cross join derived.as_of
order by golden_id, j.journey_number
