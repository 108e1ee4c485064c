"""What a run finds that somebody has changed, removed or put back behind the product's back, to be said once."""

from __future__ import annotations

from omni_identity.engines import Engine

TABLE = "ledger.found_changes"


def note_change(engine: Engine, subject: str, detail: str) -> None:
    """Write down what was found, without any person's data; the next run that is audited says it."""
    engine.run(
        f"insert into {TABLE} values (null, $subject, $detail)",
        {"subject": subject, "detail": detail},
    )


def claim_changes(engine: Engine, run_id: str) -> None:
    """Let what nobody has said yet be this run's to say."""
    engine.run(f"update {TABLE} set run_id = $run_id where run_id is null", {"run_id": run_id})


def changes_of(engine: Engine, run_id: str) -> list[str]:
    """What is this run's to say, a sentence each, in order."""
    found = engine.fetch(
        f"select distinct subject || ': ' || detail as words from {TABLE}"
        " where run_id is null or run_id = $run_id order by words",
        {"run_id": run_id},
    )
    return found["words"].to_list()
