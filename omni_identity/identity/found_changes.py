"""What a run finds that somebody has changed, removed or put back behind the product's back, to be said once."""

from __future__ import annotations

from omni_identity.engines import Engine

TABLE = "ledger.found_changes"


def record_found_change(engine: Engine, subject: str, detail: str) -> None:
    """Add what was found, without any person's data, to ``ledger.found_changes``; the next audited run says it."""
    engine.run(
        f"insert into {TABLE} values (null, $subject, $detail)",
        {"subject": subject, "detail": detail},
    )


def claim_changes(engine: Engine, run_id: str) -> None:
    """Let what ``ledger.found_changes`` has and no run has said yet be this run's to say."""
    engine.run(f"update {TABLE} set run_id = $run_id where run_id is null", {"run_id": run_id})


def changes_of(engine: Engine, run_id: str) -> list[str]:
    """What of ``ledger.found_changes`` is this run's to say, a sentence each, in order."""
    found = engine.fetch(
        f"select distinct subject || ': ' || detail as words from {TABLE}"
        " where run_id is null or run_id = $run_id order by words",
        {"run_id": run_id},
    )
    return found["words"].to_list()
