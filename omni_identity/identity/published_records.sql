-- The record ledger as it is published: one row per source record ever seen.
--
-- Reads ledger.records. An erased record has lost its channel, and keeps nothing but its numbers.
select record_no, seniority, channel,
    case when channel is not null then source_record_id end as source_record_id,
    case when channel is not null then first_landed_at end as first_landed_at
from ledger.records
