-- New rows of derived.customer_months: one per changed customer, month with an order, and currency.
--
-- Reads orders and subjects.
create or replace table derived.new_customer_months as
with bought as (
    select s.golden_id, date_trunc('month', o.day)::date as month, o.currency, o.amount
    from orders o join subjects s using (subject_id) where s.seen_as = 'customers'
), firsts as (
    select golden_id, min(month) as cohort from bought group by golden_id
)
select golden_id, cohort, month, currency, count(*) as order_count,
    sum(amount)::decimal(18,2) as revenue
from bought join firsts using (golden_id)
group by golden_id, cohort, month, currency
order by golden_id, month, currency
