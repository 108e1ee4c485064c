-- New rows of derived.journey_steps: one per changed customer, position, move between channels and outcome.
--
-- Reads journey_stays, subjects and derived.journeys. Later positions than $last_position count as that one.
create or replace table derived.new_journey_steps as
with known as (
    select c.golden_id, s.position, s.channel, j.outcome,
        lag(s.channel) over along as from_channel,
        lead(s.channel) over along as to_channel
    from journey_stays s join subjects c using (subject_id) join derived.journeys j
        on j.golden_id = c.golden_id and j.journey_number = s.journey_number
    where c.seen_as = 'customers'
    window along as (partition by s.subject_id, s.journey_number order by s.position)
), moves as (
    select golden_id, position, coalesce(from_channel, '(start)') as from_channel,
        channel as to_channel, outcome from known
    union all
    select golden_id, position + 1, channel, '(' || outcome || ')', outcome
    from known where to_channel is null
)
select golden_id, least(position, $last_position::bigint) as position, from_channel, to_channel, outcome,
    count(*) as transition_count
from moves group by all
order by all
