-- Conversion rate
-- unit: share
-- grain: journeys
-- place: 20
-- summary: Share of journeys that ended with an order.
--
-- Of the journeys that ended in the period, the share that ended with an order; the others ended with the
-- last touch before a silence. By channel: of the journeys that touched the channel, wherever the order was
-- placed. By journey: of those that stayed in one channel, and of those that crossed several. A journey
-- counts insight.journey_silence_days after its end, with an order or without, since only then can be told
-- that it fell silent.
with ended as (
    select subject_id, journey_number, ended_local::date as day, channel_count,
        ended_local + journey_silence_days * interval 1 day as counts_from,
        case when is_order then 1 else 0 end as numerator
    from subject_journeys cross join bounds
), visited as (
    select distinct subject_id, journey_number, channel from journey_stays
), placed as (
    select subject_id, day, 'journey' as dimension,
        case when channel_count = 1 then 'one channel' else 'several channels' end as member,
        counts_from, numerator
    from ended
    union all
    select e.subject_id, e.day, 'channel', v.channel, e.counts_from, e.numerator
    from ended e join visited v using (subject_id, journey_number)
)
select subject_id, 'day' as period, day as period_start, dimension, member,
    null::varchar as currency, counts_from, numerator,
    1 as denominator
from placed
