-- Customers whose cart no order of any channel has closed, from an hour after it last changed
-- (insight.abandoned_cart_hours) until it is given up (insight.abandoned_cart_days). Any purchase,
-- in any channel, ends the reminder: what closes it is said of open_matters.
-- consent: needed
-- priority: 10
select golden_id, since, channel,
    'A cart in ' || channel || ' that was not bought' as reason
from open_matters, settings
where matter = 'cart'
    and since <= as_of - to_hours(abandoned_cart_hours)
    and since > as_of - to_days(abandoned_cart_days)
