-- Members: one row per record of an affected customer, with all its columns and its ranks in the customer.
--
-- Reads derived.source_records, derived.affected_customers and channel_trust. Ranks are total orders of the
-- customer's records, by the newest update and by the most trusted channel: what survives never depends on the
-- order of rows. They are made of narrow rows, before the wide ones are fetched.
create or replace table derived.members as
with observed as (
    select s.record_no, c.golden_id, s.channel, s.source_record_id,
        coalesce(t.trust, 1000000) as trust,
        coalesce(s.updated_at, s.created_at) as observed_at
    from derived.source_records s
    join derived.affected_customers c using (record_no)
    left join channel_trust t on t.channel = s.channel
), ranked as (
    select record_no, golden_id, trust, observed_at,
        row_number() over (
            partition by golden_id
            order by observed_at desc nulls last, trust, channel, source_record_id
        ) as recent_rank,
        row_number() over (
            partition by golden_id
            order by trust, observed_at desc nulls last, channel, source_record_id
        ) as trusted_rank
    from observed
)
select s.*, golden_id, trust, observed_at, recent_rank, trusted_rank
from ranked join derived.source_records s using (record_no)
