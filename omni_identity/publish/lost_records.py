"""Records that consumers read and that no delivered file tells of any more: lost with the warehouse, not dropped.

A warehouse that was restored lands everything in ``landing/`` anew. What is not there any more would be
retired as if its channel had dropped it, so the first run after a restore counts it and withholds.
"""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows

TABLE = "ledger.restorations"

_LOST = """(
    select s.channel, s.source_record_id from settled.crosswalk s
    anti join landed.standardised_contacts l
        on l.channel = s.channel and l.source_record_id = s.source_record_id
    anti join landed.quarantined_rows q
        on q.channel = s.channel and q.source_record_id = s.source_record_id
    where s.channel is not null
) lost"""


def note_restoration(engine: Engine, run_id: str) -> None:
    """Write down that the warehouse was rebuilt from the publication of that run."""
    engine.run(f"insert into {TABLE} values ($run_id)", {"run_id": run_id})


def count_lost_records(engine: Engine) -> tuple[int, int]:
    """How many records of the last publication are lost, of how many; none unless it was restored from."""
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
    return count_rows(engine, _LOST), count_rows(
        engine, "settled.crosswalk where channel is not null"
    )
