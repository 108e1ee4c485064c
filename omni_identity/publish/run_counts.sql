-- What a run counted in all: one row is updated, the run's of ledger.runs.
--
-- Reads derived.channel_counts, derived.as_of, derived.customers, derived.interactions and
-- derived.golden_id_events.
update ledger.runs set
    model_version = $model_version, judgement_heads = $heads, as_of = (select as_of from derived.as_of),
    landed_count = c.landed_count, current_count = c.current_count,
    superseded_count = c.superseded_count, deleted_count = c.deleted_count,
    quarantined_count = c.quarantined_count, suppressed_count = c.suppressed_count,
    filtered_count = c.filtered_count,
    customer_count = (select count(distinct golden_id) from derived.customers),
    interaction_count = (select count(*) from derived.interactions),
    event_count = (select count(*) from derived.golden_id_events)
from (
    select sum(landed_count)::bigint as landed_count,
        sum(current_count)::bigint as current_count,
        sum(superseded_count)::bigint as superseded_count,
        sum(deleted_count)::bigint as deleted_count,
        sum(quarantined_count)::bigint as quarantined_count,
        sum(suppressed_count)::bigint as suppressed_count,
        sum(filtered_count)::bigint as filtered_count
    from derived.channel_counts
) c
where runs.run_id = $run_id
