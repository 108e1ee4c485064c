-- Conversion rate
-- unit: share
-- grain: journeys
--
-- Of the journeys that began in the period, the share that ended with an order. By channel: of the
-- journeys that touched the channel, wherever the order was placed. By journey: of those that stayed in
-- one channel, and of those that crossed several. A journey counts once it has ended, by an order or by
-- silence, and insight.journey_silence_days after it began, so that quick orders do not go ahead.
with ended as (
    select subject_id, journey_number, started_local::date as day, channel_count,
        case when is_order then 1 else 0 end as numerator,
        greatest(
            started_local + journey_silence_days * interval 1 day,
            case when is_order then ended_local
                else ended_local + journey_silence_days * interval 1 day end
        ) as counts_from
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
