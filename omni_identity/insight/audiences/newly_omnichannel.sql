-- Customers who did something in a second channel for the first time at most
-- insight.newly_omnichannel_days ago.
-- consent: needed
-- priority: 30
with first_touches as (
    select golden_id, channel, min(occurred_at) as first_at
    from interactions
    where golden_id is not null and kind <> 'email_sent' and coalesce(direction, 'inbound') <> 'outbound'
    group by golden_id, channel
), numbered as (
    select golden_id, channel, first_at,
        row_number() over (partition by golden_id order by first_at, channel) as channel_number
    from first_touches
)
select golden_id, first_at as since, channel,
    'First met in ' || channel || ', their second channel' as reason
from numbered, settings
where channel_number = 2
    and first_at <= as_of
    and first_at > as_of - to_days(newly_omnichannel_days)
