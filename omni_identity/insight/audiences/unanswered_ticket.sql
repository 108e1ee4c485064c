-- Customers with an open ticket in which they had the last word, in any channel of its thread,
-- insight.unanswered_hours ago or more. They have asked: no consent is needed, but a refusal holds.
-- consent: not needed
-- beside others: yes
select golden_id, last_at as since, last_channel as channel,
    'A ticket in ' || channel || ' that nobody answered' as reason
from open_matters, settings
where matter = 'ticket'
    and waits_for = 'company'
    and last_at <= as_of - to_hours(unanswered_hours)
