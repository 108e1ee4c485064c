-- Customers with an order that is ready and was neither picked up nor returned, for at most
-- insight.pickup_days. Part of carrying out the order: no consent is needed, but a refusal holds.
-- consent: not needed
-- beside others: yes
select golden_id, since, channel,
    'An order in ' || channel || ' that waits to be picked up' as reason
from open_matters, settings
where matter = 'pickup'
    and since <= as_of
    and since > as_of - to_days(pickup_days)
