-- Behaviour: one row per changed customer with interactions, what they did and spent in all channels.
--
-- Reads derived.interactions, derived.interaction_findings and rates. Orders and money leave out
-- what the findings leave out, and orders whose status is one of $cancelled; all else counts every interaction.
-- Amounts of several currencies are never added up: there is a total only where there is one currency.
-- What is worth something in the home's currency is added up in it, too.
create or replace table derived.behaviour as
with known as (
    select golden_id, channel, interaction_id, kind, occurred_at, status, amount, currency
    from derived.interactions where golden_id in (select golden_id from changed.customers)
), counted as (
    select * from known
    anti join (
        select channel, interaction_id from derived.interaction_findings where is_left_out
    ) using (channel, interaction_id)
    where kind = 'return' or kind = 'order'
        and not coalesce(list_contains($cancelled::varchar[], lower(status)), false)
), orders as (
    select golden_id, count(*) as order_count, max(occurred_at) as last_order_at
    from counted where kind = 'order' group by golden_id
), money as (
    select golden_id, currency,
        sum(amount) filter (where kind = 'order') as ordered,
        sum(case when kind = 'order' then amount when kind = 'return' then -abs(amount) end) as spent
    from counted where amount is not null and currency is not null and (kind = 'return' or amount >= 0)
    group by golden_id, currency
), reported as (
    -- rounded one by one, as figures are
    select golden_id,
        sum(case when kind = 'order' then round(amount * rate, 2)
            else -round(abs(amount) * rate, 2) end)::decimal(18,2) as total_spend_reporting
    from counted join rates using (currency)
    where amount is not null and (kind = 'return' or amount >= 0)
    group by golden_id
), spend as (
    select golden_id,
        map_from_entries(list_sort(list({'k': currency, 'v': ordered::decimal(18,2)})
            filter (where ordered is not null))) as order_amounts,
        case when count(*) = 1 then any_value(spent)::decimal(18,2) end as total_spend,
        case when count(*) = 1 then any_value(currency) end as spend_currency
    from money group by golden_id
)
select golden_id, count(*) as interaction_count,
    coalesce(any_value(o.order_count), 0) as order_count,
    min(occurred_at) as first_interaction_at, max(occurred_at) as last_interaction_at,
    any_value(o.last_order_at) as last_order_at,
    any_value(s.order_amounts) as order_amounts, any_value(s.total_spend) as total_spend,
    any_value(s.spend_currency) as spend_currency,
    any_value(r.total_spend_reporting) as total_spend_reporting
from known left join spend s using (golden_id) left join orders o using (golden_id) left join reported r using (golden_id)
group by golden_id
