"""Records that consumers read and that no delivered file has any more: lost with the warehouse, not dropped.

A warehouse that was restored lands everything in ``landing/`` anew. What is not there any more would be
retired as if its channel had dropped it, so the first run after a restore counts it and withholds.
"""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement

TABLE = "ledger.restorations"


def record_restoration(engine: Engine, run_id: str) -> None:
    """Write to ``ledger.restorations`` that the warehouse was rebuilt from the publication of that run."""
    engine.run(f"insert into {TABLE} values ($run_id)", {"run_id": run_id})


def count_lost_records(engine: Engine) -> tuple[int, int]:
    """How many records of the last publication are lost, of how many; none unless it was restored from.

    Reads ``ledger.runs``, ``ledger.restorations``, ``settled.crosswalk``, ``landed.standardised_contacts`` and
    ``landed.quarantined_rows``.
    """
    restored = engine.fetch(
        f"""
        select 1 as x from (
            select run_id from ledger.runs where status = 'published'
            order by run_number desc limit 1
        ) last_run semi join {TABLE} using (run_id)
        """
    )
    if not restored.height:
        return 0, 0
    lost = count_rows(engine, f"({statement(__file__, 'lost_records')})")
    return lost, count_rows(engine, "settled.crosswalk where channel is not null")
