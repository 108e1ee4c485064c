-- handoffs_by_month: one row per month (UTC), kind and pair of channels: how customers fared between the two.
--
-- Each count that can be unknown has its own whole: context_carried_count of context_known_count, and so on.
select {{ omni_identity.utc_month('occurred_at') }} as month, kind, from_channel, to_channel,
    count(*) as handoff_count,
    count(context_carried) as context_known_count,
    cast(sum(case when context_carried then 1 else 0 end) as bigint) as context_carried_count,
    count(asked_again) as asked_known_count,
    cast(sum(case when asked_again then 1 else 0 end) as bigint) as asked_again_count,
    count(is_resolved) as resolved_known_count,
    cast(sum(case when is_resolved then 1 else 0 end) as bigint) as resolved_count,
    cast(sum(seconds_lost) as double precision) / 3600 as hours_lost
from {{ source('omni_identity', 'handoffs') }}
group by {{ omni_identity.utc_month('occurred_at') }}, kind, from_channel, to_channel
