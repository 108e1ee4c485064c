"""Golden IDs: from clusters to lasting IDs, the events that changed them, and where retired IDs lead.

An ID is a pure function of the record ledger and of who is in the customer: the least seniority of
its members. So the elder of two merging customers keeps its ID, the founder's side of a split keeps
it, and an undone merge gives the former ID back.
"""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, REGROUPED, mark_changed, replace_changed
from omni_identity.identity.crosswalk_history import find_crosswalk_changes

GOLDEN_ID = "'G' || lpad(({0})::varchar, 10, '0')"
"""SQL for the golden ID of a seniority (ten digits: a warehouse holds fewer than 10^10 records)."""


def assign_golden_ids(engine: Engine, run_id: str, now: datetime) -> int:
    """Update ``derived.customers`` for regrouped records; rebuild this run's events and the redirects.

    ``customers`` has one row per current record: ``record_no, channel, source_record_id, golden_id``.
    ``derived.golden_id_events`` are the difference to ``settled.crosswalk``, in the golden IDs that are
    marked in ``changed.customers``. This marks there every ID, former or new, of a customer with other records
    than before, or with one that was changed itself. Reads ``derived.clusters``, ``ledger.records``,
    ``settled.crosswalk``, ``settled.golden_id_events`` and the marks on records. Returns the number of events.
    """
    with engine.transaction():
        create_missing(engine, "derived.customers")
        engine.run(
            "create or replace temp table former_customers as"
            f" select record_no, golden_id from derived.customers where {REGROUPED.is_marked()}"
        )
        engine.run(statement(__file__, "new_customers"))
        replace_changed(engine, "customers", REGROUPED)
        mark_changed(engine, CUSTOMERS, statement(__file__, "moved_customers"))
        engine.run("drop table former_customers")
        engine.run(statement(__file__, "golden_id_events"), {"run_id": run_id, "now": now})
        find_crosswalk_changes(engine, run_id)
        engine.run(statement(__file__, "golden_id_redirects"))
    return count_rows(engine, "derived.golden_id_events")
