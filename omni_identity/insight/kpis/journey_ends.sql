-- Journeys by last stage
-- unit: count
-- grain: stages
-- place: 25
-- summary: Journeys that ended, by the stage in which they did.
--
-- Journeys by the day and the stage of their end: awareness or consideration where a silence followed, purchase or
-- loyalty (another order than the first) where nothing followed on the order, else what became of the order last:
-- pick_up, use_and_service or return. A journey counts insight.journey_silence_days after its last touch or its
-- order, as for the conversion rate; stages of after the order are those of now. A sum, so it has no denominator.
select j.subject_id, 'day' as period, j.ended_local::date as period_start, 'stage' as dimension,
    coalesce(g.last_stage, '(none)') as member, null::varchar as currency,
    j.ended_local + journey_silence_days * interval 1 day as counts_from,
    1 as numerator,
    null::bigint as denominator
from subject_journeys j
join journey_stages g on g.subject_id = j.subject_id and g.journey_number = j.journey_number
cross join bounds
