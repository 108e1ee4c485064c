-- revenue_by_channel_and_month: one row per month, channel and currency with orders: revenue and orders.
--
-- Taken from kpis and not counted again, so that no second definition of an order comes about: months are those of
-- insight.time_zone, orders that findings leave out are left out, what nobody known bought counts. Money that is
-- not in the one reporting currency stands in kpis as "channel / currency"; here its currency is a column. The
-- currency of the others is that of cohorts; null where that is not known. Orders are counted once, in whatever
-- currency, in the row of the reporting currency.
with figures as (
    select period_start as month, kpi, dimension, numerator,
        case when dimension = 'channel_currency'
            then substr(member, 1, length(member) - 6) else member end as channel,
        case when dimension = 'channel_currency'
            then substr(member, length(member) - 2) else (
                select min(currency) from {{ source('omni_identity', 'cohorts') }}
            ) end as currency
    from {{ source('omni_identity', 'kpis') }}
    where period = 'month' and dimension in ('channel', 'channel_currency') and kpi in ('revenue', 'orders')
)
select month, channel, currency,
    cast(sum(case when kpi = 'revenue' then numerator end) as decimal(38, 2)) as revenue,
    cast(sum(case when kpi = 'orders' then numerator end) as bigint) as orders
from figures
group by month, channel, currency
