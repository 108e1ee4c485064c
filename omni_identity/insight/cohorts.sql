-- derived.cohorts: one row per month of first orders, and month since in which anybody ordered.
--
-- Reads derived.customer_months and derived.as_of. Money is in $currency, or in the only currency there is.
create or replace table derived.cohorts as
with clock as (
    select date_trunc('month', (as_of at time zone 'UTC') at time zone $time_zone)::date as this_month
    from derived.as_of
), main as (
    select coalesce(
        $currency::varchar,
        (select min(currency) from derived.customer_months having count(distinct currency) = 1)
    ) as currency
), sizes as (
    select cohort, count(distinct golden_id) as customer_count from derived.customer_months group by cohort
), months as (
    select distinct month from derived.customer_months
), bought as (
    select c.cohort, c.month, count(distinct c.golden_id) as buyer_count,
        sum(c.order_count)::bigint as order_count,
        sum(case when c.currency = m.currency then c.revenue end)::decimal(38,2) as revenue
    from derived.customer_months c cross join main m group by c.cohort, c.month
)
select s.cohort, m.month,
    ((extract(year from m.month) - extract(year from s.cohort)) * 12
        + extract(month from m.month) - extract(month from s.cohort))::bigint as month_number,
    s.customer_count, coalesce(b.buyer_count, 0) as buyer_count,
    coalesce(b.order_count, 0) as order_count,
    case when c.currency is not null then coalesce(b.revenue, 0)::decimal(38,2) end as revenue,
    c.currency, m.month < n.this_month as is_complete
from sizes s join months m on m.month >= s.cohort
cross join clock n cross join main c
left join bought b on b.cohort = s.cohort and b.month = m.month
order by cohort, month
