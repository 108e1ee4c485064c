"""How sure must one be? Strict IDs inside golden IDs, and loose IDs around them: one tree, cut three times.

What is sent to a person or charged needs the strict one, whose records are one person beyond doubt; figures need the
golden one; advertising reach is content with the loose one, which would rather count two people once than one twice.
Each is made of the least seniority of its records, as golden IDs are, so it is as stable.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, REGROUPED, mark_changed, replace_changed


def update_nested_ids(engine: Engine) -> None:
    """Bring ``derived.nested_ids`` (``record_no, strict_id, loose_id``) up to date for regrouped records.

    All records of a strict ID have one golden ID, all of a golden ID one loose ID. Marks in ``changed.customers`` who
    has a record whose strict or loose ID is another one. Reads ``derived.clusters``, ``derived.customers``,
    ``ledger.records`` and the marks on records.
    """
    create_missing(engine, "derived.nested_ids")
    with engine.transaction():
        engine.run(statement(__file__, "new_nested_ids"))
        mark_changed(engine, CUSTOMERS, statement(__file__, "moved_nested_ids"))
        replace_changed(engine, "nested_ids", REGROUPED)
