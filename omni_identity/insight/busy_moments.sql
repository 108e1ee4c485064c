-- Busy moments: one row per channel, kind and instant with several interactions that do not happen twice in
-- one.
--
-- Reads derived.interactions.
create or replace temp table busy_moments as
select channel, kind, occurred_at from derived.interactions
where kind in ('cart', 'order', 'return', 'pickup', 'ticket_opened', 'ticket_closed') group by channel, kind, occurred_at having count(*) > 1
