-- New rows of derived.handoffs: one per handoff of a changed customer.
--
-- Reads handoffs and subjects.
create or replace table derived.new_handoffs as
select s.golden_id, h.kind, h.from_channel, h.from_interaction_id, h.from_at, h.to_channel, h.to_interaction_id,
    h.to_at as occurred_at, h.seconds_between, case when h.found_in = 'thread' then h.thread_id end as thread_id,
    h.journey_number, h.is_carried as context_carried, h.carried_by, h.is_said_again as asked_again, h.said_again,
    h.seconds_lost, h.seconds_to_answer, h.is_resolved, h.resolved_by
from handoffs h join subjects s using (subject_id) where s.seen_as = 'customers'
order by to_channel, to_interaction_id
