-- Figures: one row per way of seeing customers, KPI, period, dimension and member, as in derived.kpis.
--
-- Reads figure_sums, own_segment_sums and figure_moments. Days and channels add up to longer periods, to all, and to segments,
-- where the KPI's grain says so. What nobody known did is a segment of its own, and stands beside the rest in known
-- and channel_known. Money is in $currency, or in the only currency there is. What is left in
-- another one is never added to it, but stands in a dimension of its own: currency, channel_currency and so on.
create or replace temp table figures as
with sums as (
    -- rows that add up to the figure of all, and of a segment
    select *, grain = 'events' and dimension = 'channel'
        or grain = 'journeys' and dimension = 'journey'
        or grain = 'campaigns' and dimension = 'campaign'
        or grain = 'handoffs' and dimension = 'handoff'
        or grain = 'stages' and dimension = 'stage' as adds_up
    from figure_sums
), dimensions as (
    select seen_as, kpi, grain, period, period_start, dimension, member, currency, numerator,
        denominator
    from sums
    union all
    select seen_as, kpi, grain, period, period_start, dimension, member, currency, numerator,
        denominator
    from own_segment_sums
    union all
    select seen_as, kpi, grain, period, period_start, 'all', 'all', currency, numerator,
        denominator
    from sums where adds_up
    union all
    select seen_as, kpi, grain, period, period_start, 'segment', segment, currency, numerator,
        denominator
    from sums where dimension = 'all' or adds_up
    union all
    select seen_as, kpi, grain, period, period_start, 'known',
        case segment when 'nobody known' then segment else 'known' end, currency, numerator, denominator
    from sums where list_contains($nobody::varchar[], kpi)
    union all
    select seen_as, kpi, grain, period, period_start, 'channel_known',
        member || ' / ' || case segment when 'nobody known' then segment else 'known' end,
        currency, numerator, denominator
    from sums where list_contains($nobody::varchar[], kpi)
), main as (
    select coalesce(
        $currency::varchar,
        (select min(currency) from figure_sums having count(distinct currency) = 1)
    ) as main_currency
), priced as (
    select seen_as, kpi, grain, period, period_start,
        case when currency is null or currency = main_currency then dimension
            when dimension = 'all' then 'currency' else dimension || '_currency' end as dimension,
        case when currency is null or currency = main_currency then member
            when dimension = 'all' then currency
            else member || ' / ' || currency end as member,
        numerator, denominator
    from dimensions cross join main
), summed as (
    select seen_as, kpi, grain, period, period_start, dimension, member,
        sum(numerator) as numerator, sum(denominator) as denominator
    from priced group by seen_as, kpi, grain, period, period_start, dimension, member
), periods as (
    select * from summed where period <> 'total'
    union all
    select seen_as, kpi, grain, 'week', date_trunc('week', period_start)::date, dimension, member,
        numerator, denominator
    from summed where grain <> 'periods'
    union all
    select seen_as, kpi, grain, 'month', date_trunc('month', period_start)::date, dimension, member,
        numerator, denominator
    from summed where grain <> 'periods'
    union all
    select seen_as, kpi, grain, 'total', first_day, dimension, member, numerator, denominator
    from summed cross join figure_moments where grain <> 'periods' or period = 'total'
), added as (
    select seen_as, kpi, period, period_start, dimension, member,
        sum(numerator)::decimal(38, 2) as numerator, sum(denominator)::bigint as denominator
    from periods group by seen_as, kpi, period, period_start, dimension, member
)
select seen_as, kpi, period, period_start,
    case period when 'day' then period_start
        when 'week' then (period_start + interval 6 day)::date
        when 'month' then (period_start + interval 1 month - interval 1 day)::date
        else as_of::date end as period_end,
    dimension, member, numerator, denominator,
    case when denominator is null then numerator::double
        when denominator > 0 then numerator::double / denominator end as value
from added cross join figure_moments
