-- customer_value: one row per golden customer who has ordered: recency, frequency and value, each scored 1 to 5.
--
-- Now is runs.as_of of the newest published run. A score is by rank among the customers, 5 the best fifth; equal
-- values have equal scores. Spend is in the reporting currency, else in the only one that the customer has used;
-- null, without a score, where there were several.
with today as (
    select {{ omni_identity.utc_day('as_of') }} as day
    from {{ source('omni_identity', 'runs') }}
    where as_of is not null and run_number = (
        select max(run_number) from {{ source('omni_identity', 'runs') }} where as_of is not null
    )
),

buyers as (
    select p.golden_id, p.last_order_at, p.order_count,
        today.day - {{ omni_identity.utc_day('p.last_order_at') }} as days_since_order,
        case when p.total_spend_reporting is not null then p.total_spend_reporting else p.total_spend end as spend
    from {{ ref('stg_unified_profiles') }} as p cross join today
    where p.last_order_at is not null
),

ranked as (
    select buyers.*,
        percent_rank() over (order by days_since_order desc) as recency_rank,
        percent_rank() over (order by order_count) as frequency_rank,
        percent_rank() over (partition by case when spend is null then 0 else 1 end order by spend) as value_rank
    from buyers
)
select golden_id, last_order_at, cast(days_since_order as integer) as days_since_order, order_count, spend,
    cast(least(5, floor(recency_rank * 5) + 1) as integer) as recency_score,
    cast(least(5, floor(frequency_rank * 5) + 1) as integer) as frequency_score,
    case when spend is not null then cast(least(5, floor(value_rank * 5) + 1) as integer) end as value_score
from ranked
