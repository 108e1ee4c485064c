"""Golden IDs: from clusters to lasting IDs, the events that changed them, and where retired IDs lead.

An ID is a pure function of the record ledger and of who is in the customer: the least seniority of
its members. So the elder of two merging customers keeps its ID, the founder's side of a split keeps
it, and an undone merge gives the former ID back.
"""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import Engine, count_rows
from omni_identity.identity.changes import CUSTOMERS, mark_changed
from omni_identity.identity.crosswalk_history import find_crosswalk_changes

GOLDEN_ID = "'G' || lpad(({0})::varchar, 10, '0')"
"""SQL for the golden ID of a seniority (ten digits: a warehouse holds fewer than 10^10 records)."""


def assign_golden_ids(engine: Engine, run_id: str, now: datetime) -> int:
    """Update ``derived.customers`` for regrouped records; rebuild this run's events, changes and the redirects.

    ``customers`` has one row per current record: ``record_no, channel, source_record_id, golden_id``.
    ``derived.golden_id_events`` are the difference to ``settled.crosswalk``, in the golden IDs that are
    noted as ``changed.customers``, which is where this notes every ID, former or new, of a customer with
    other records than before, or with one that was changed itself. Returns the number of events.
    """
    with engine.transaction():
        engine.run(
            "create table if not exists derived.customers"
            " (record_no BIGINT, channel VARCHAR, source_record_id VARCHAR, golden_id VARCHAR)"
        )
        touched = "where record_no in (select record_no from changed.regrouped_records)"
        engine.run(
            "create or replace temp table former_customers as"
            f" select record_no, golden_id from derived.customers {touched}"
        )
        engine.run(f"delete from derived.customers {touched}")
        engine.run(
            f"""
            insert into derived.customers
            select c.record_no, l.channel, l.source_record_id,
                {GOLDEN_ID.format("min(l.seniority) over (partition by c.cluster_no)")} as golden_id
            from derived.clusters c join ledger.records l using (record_no)
            {touched}
            """
        )
        mark_changed(engine, CUSTOMERS, _MOVED)
        engine.run("drop table former_customers")
        engine.run(_EVENTS, {"run_id": run_id, "now": now})
        find_crosswalk_changes(engine, run_id)
        engine.run(_REDIRECTS)
    return count_rows(engine, "derived.golden_id_events")


_MOVED = """
    with moves as (
        select b.golden_id as former_id, n.golden_id
        from former_customers b
        full join (
            select record_no, golden_id from derived.customers
            where record_no in (select record_no from changed.regrouped_records)
        ) n using (record_no)
        where b.golden_id is distinct from n.golden_id
            or record_no in (select record_no from changed.records)
            or record_no in (select record_no from changed.linkage_records)
    )
    select former_id from moves where former_id is not null
    union
    select golden_id from moves where golden_id is not null
"""

_EVENTS = f"""
    create or replace table derived.golden_id_events as
    with before_ids as (
        select distinct golden_id from settled.crosswalk semi join changed.customers using (golden_id)
    ),
    now_ids as (
        select distinct golden_id from derived.customers semi join changed.customers using (golden_id)
    ),
    ever as (
        select distinct golden_id from settled.golden_id_events
        semi join changed.customers using (golden_id)
    ),
    founders as (
        select {GOLDEN_ID.format("l.seniority")} as golden_id, t.golden_id as now_id,
            s.golden_id as before_id
        from ledger.records l
        left join derived.customers t using (record_no)
        left join settled.crosswalk s on s.channel = l.channel
            and s.source_record_id = l.source_record_id
        where {GOLDEN_ID.format("l.seniority")} in (select golden_id from changed.customers)
    ),
    appeared as (
        select n.golden_id, f.before_id,
            case when e.golden_id is not null then 'restored'
                when f.before_id is not null then 'split' else 'created' end as event
        from now_ids n
        anti join before_ids b using (golden_id)
        left join ever e using (golden_id)
        left join founders f using (golden_id)
    ),
    gone as (
        select b.golden_id, f.now_id
        from before_ids b anti join now_ids n using (golden_id) left join founders f using (golden_id)
    ),
    events as (
        select 'created' as event, golden_id, null as other_golden_id from appeared
            where event = 'created'
        union all
        select 'restored', golden_id, before_id from appeared where event = 'restored'
        union all
        select 'split', golden_id, before_id from appeared where event = 'split'
        union all
        select case when now_id is null then 'retired' else 'merged' end, golden_id, now_id from gone
    )
    select $run_id as run_id, $now::timestamp as occurred_at, event, golden_id, other_golden_id
    from events order by event, golden_id
"""

_REDIRECTS = f"""
    create or replace table derived.golden_id_redirects as
    with ever as (
        select golden_id from settled.golden_id_events
        union select golden_id from derived.golden_id_events
    )
    select e.golden_id as retired_golden_id, t.golden_id
    from ever e
    anti join (select distinct golden_id from derived.customers) live using (golden_id)
    left join ledger.records l on {GOLDEN_ID.format("l.seniority")} = e.golden_id
    left join derived.customers t using (record_no)
    order by retired_golden_id
"""
