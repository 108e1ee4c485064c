"""What every step has last done, in the warehouse: for which run, in what order, and from which fingerprint.

It stands there, not in a process, so that a retry, a run that is gone on with, and steps in processes of
their own all know what was done before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.identity.changes import STEP_RECORDS

TABLE = STEP_RECORDS


@dataclass(frozen=True)
class StepRecord:
    """The last time that a step was done, by which run; ``run_id`` is None while it is at work or was stopped.

    ``ordinal`` counts all steps that were ever done in this warehouse. ``fingerprint`` is that of what the
    step's tables are derived by. ``failed_in`` is the run in which an error has stopped it since, if any.
    """

    run_id: str | None
    ordinal: int
    fingerprint: str
    failed_in: str | None = None


def step_records(engine: Engine) -> dict[str, StepRecord]:
    """The records by step; a step that was never done, or whose tables are not to be gone on with, has none."""
    rows = engine.fetch(f"select step, run_id, ordinal, fingerprint, failed_in from {TABLE}")
    return {step: StepRecord(*rest) for step, *rest in rows.iter_rows()}


def record_step(engine: Engine, step: str, run_id: str | None, fingerprint: str) -> None:
    """Write down that a run has done a step just now; None, that it is to be done."""
    with engine.transaction():
        ordinal = engine.fetch(f"select coalesce(max(ordinal), 0) + 1 as n from {TABLE}")["n"][0]
        engine.run(f"delete from {TABLE} where step = $step", {"step": step})
        engine.run(
            f"insert into {TABLE} (step, run_id, ordinal, fingerprint) values ($step, $run_id, $ordinal, $fingerprint)",
            {"step": step, "run_id": run_id, "ordinal": int(ordinal), "fingerprint": fingerprint},
        )


def begin_step(engine: Engine, step: str) -> None:
    """Write down that a step is at work: until it is done again, nobody can go on from it."""
    engine.run(
        f"update {TABLE} set run_id = null, failed_in = null where step = $step", {"step": step}
    )


def fail_step(engine: Engine, step: str, run_id: str) -> None:
    """Write down that a step was stopped by an error in a run; until it is done again, that run has failed."""
    with engine.transaction():
        engine.run(
            f"insert into {TABLE} (step, ordinal, fingerprint)"
            f" select $step, 0, '' where $step not in (select step from {TABLE})",
            {"step": step},
        )
        engine.run(
            f"update {TABLE} set failed_in = $run_id where step = $step",
            {"step": step, "run_id": run_id},
        )


def follow_fingerprints(
    engine: Engine, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """Let what was derived by the fingerprints ``before`` count as derived by ``after``."""
    for step, fingerprint in after.items():
        if before[step] != fingerprint:
            engine.run(
                f"update {TABLE} set fingerprint = $after where step = $step and fingerprint = $before",
                {"step": step, "before": before[step], "after": fingerprint},
            )


def forget_steps(engine: Engine) -> None:
    """Take all records away: nothing that was derived is to be gone on with."""
    engine.run(f"delete from {TABLE}")
