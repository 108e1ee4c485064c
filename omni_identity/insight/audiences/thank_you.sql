-- Customers whose last order, in any channel, is at most insight.thank_you_days old, was neither
-- cancelled nor returned, and who have no open ticket: nobody is thanked while they complain.
-- consent: needed
-- priority: 20
select golden_id, last_order_at as since, last_order_channel as channel,
    'An order in ' || last_order_channel as reason
from customer_context, settings
where last_order_at > as_of - to_days(thank_you_days)
    and last_order_at <= as_of
    and last_order_state not in ('cancelled', 'returned')
    and open_ticket_count = 0
