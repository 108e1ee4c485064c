-- journey_paths: one row per path of channels and outcome: how many journeys took it, and how long they took.
select path, outcome, min(channel_count) as channel_count, count(*) as journey_count,
    count(distinct golden_id) as customer_count,
    avg(cast(touch_count as double precision)) as mean_touch_count,
    avg({{ omni_identity.seconds('started_at', 'ended_at') }}) / 86400 as mean_days
from {{ source('omni_identity', 'journeys') }}
group by path, outcome
