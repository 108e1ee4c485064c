-- derived.journey_transitions: one row per position and move between channels, and how such journeys ended.
--
-- Reads derived.journey_steps.
create or replace table derived.journey_transitions as
select position, from_channel, to_channel, sum(transition_count)::bigint as transition_count,
    sum(case when outcome = 'order' then transition_count else 0 end)::bigint as order_count,
    sum(case when outcome = 'silence' then transition_count else 0 end)::bigint as silence_count,
    sum(case when outcome = 'open' then transition_count else 0 end)::bigint as open_count
from derived.journey_steps group by position, from_channel, to_channel
order by position, from_channel, to_channel
