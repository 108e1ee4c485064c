-- cohort_retention: one row per cohort (month of the first order) and month since: who came back, and what they spent.
select cohort, month, month_number, customer_count, buyer_count, order_count, revenue, currency, is_complete,
    cast(buyer_count as double precision) / nullif(customer_count, 0) as buyer_share,
    cast(revenue as double precision) / nullif(customer_count, 0) as revenue_per_customer
from {{ source('omni_identity', 'cohorts') }}
