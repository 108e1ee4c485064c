-- Events of golden IDs in this run: one row per golden ID that appears or goes.
--
-- Reads settled.crosswalk and settled.golden_id_events (the last publication), derived.customers,
-- ledger.records and changed.customers: no ID that is not marked can have an event. An ID whose founder was in
-- another customer is split from it, or restored if it lived before; one whose founder is in another customer
-- now has merged into it.
create or replace table derived.golden_id_events as
with before_ids as (
    select distinct golden_id from settled.crosswalk semi join changed.customers using (golden_id)
), now_ids as (
    select distinct golden_id from derived.customers semi join changed.customers using (golden_id)
), ever as (
    select distinct golden_id from settled.golden_id_events
    semi join changed.customers using (golden_id)
), founded as (
    select record_no, channel, source_record_id,
        'G' || lpad(seniority::varchar, 10, '0') as golden_id
    from ledger.records
), founders as (
    select l.golden_id, t.golden_id as now_id, s.golden_id as before_id
    from founded l
    left join derived.customers t using (record_no)
    left join settled.crosswalk s on s.channel = l.channel
        and s.source_record_id = l.source_record_id
    where l.golden_id in (select golden_id from changed.customers)
), appeared as (
    select n.golden_id, f.before_id,
        case when e.golden_id is not null then 'restored'
            when f.before_id is not null then 'split' else 'created' end as event
    from now_ids n
    anti join before_ids b using (golden_id)
    left join ever e using (golden_id)
    left join founders f using (golden_id)
), gone as (
    select b.golden_id, f.now_id
    from before_ids b anti join now_ids n using (golden_id) left join founders f using (golden_id)
), events as (
    select event, golden_id, before_id as other_golden_id from appeared
    union all
    select case when now_id is null then 'retired' else 'merged' end, golden_id, now_id from gone
)
select $run_id as run_id, $now::timestamp as occurred_at, event, golden_id, other_golden_id
from events order by event, golden_id
