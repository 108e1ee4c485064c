-- Findings of tickets: one row per closing that came before the ticket was opened.
--
-- Reads derived.interactions.
insert into new_findings
with opened as (
    select channel, ticket_id, min(occurred_at) as opened_at from derived.interactions
    where kind = 'ticket_opened' and ticket_id is not null group by channel, ticket_id
)
select channel, interaction_id, 'closed_before_opened',
    'The ticket was closed before it was opened; it is closed, but how long it took is unknown.', true
from derived.interactions i join opened o using (channel, ticket_id)
where i.kind = 'ticket_closed' and i.occurred_at < o.opened_at
