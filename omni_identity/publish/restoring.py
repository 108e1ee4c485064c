"""Gives a warehouse that is older than the publication, or gone, its memory back from what is published.

What consumers have read is the truth: the record ledger, golden IDs, their events, the runs. Rows that had
landed stay if the warehouse has them; whatever else lies in ``landing/`` the next run takes anew. All that
is derived is forgotten, so the next run derives it from landing, ledger, model and verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import start_over
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.publish.links import CURRENT
from omni_identity.publish.lost_records import record_restoration
from omni_identity.publish.published_state import published_folder, restored_run
from omni_identity.publish.runs import complete_runs
from omni_identity.stewardship.judgement_chain import take_heads

COPIES = {
    "ledger.runs": "runs",
    "ledger.run_channel_counts": "run_channel_counts",
    "ledger.run_diagnostics": "run_diagnostics",
    "ledger.feed_figures": "feed_figures",
    "ledger.records": "ledger_records",
    "settled.crosswalk": "crosswalk",
    "settled.golden_id_events": "golden_id_events",
    "settled.crosswalk_changes": "crosswalk_changes",
    "settled.audience_members": "audience_members",
    "settled.audience_log": "audience_log",
}
"""Tables of the warehouse that are, column by column, what was published."""
_LATER = ("audience_log",)
"""Published tables that older publications do not have, and that a restore does without."""


@dataclass(frozen=True)
class Restored:
    """What a warehouse got back: records of the ledger, customers, and runs; and how many runs it knew before."""

    run_id: str
    record_count: int
    customer_count: int
    run_count: int
    known_run_count: int


def restore_memory(engine: Engine, home: Home) -> Restored:
    """Put what is published in the place of what the warehouse remembers, in one transaction.

    Every lasting table is there. Raises ``RunFailed`` when the publication is not whole, or was written
    before there was ``ledger_records``.
    """
    run_id, folder = restored_run(engine, home), published_folder(engine, home)
    if run_id is None or folder is None:
        raise RunFailed(
            f"{home.published / CURRENT} leads to no whole publication. Put {home.published} back from a backup;"
            " or move it away to begin anew, with golden IDs that have nothing to do with the former ones."
        )
    known = count_rows(engine, "ledger.runs")
    with engine.attached(folder, "published"):
        held = engine.columns("published")
        copies = {to: name for to, name in COPIES.items() if f"main.{name}" in held}
        missing = sorted({*COPIES.values()} - {*copies.values(), *_LATER})
        if missing:
            raise RunFailed(
                f"The publication was written before it held all that golden IDs are made from: it lacks"
                f" {', '.join(missing)}. Put back a warehouse that knows its run, from a backup."
            )
        with engine.transaction():
            for target, source in copies.items():
                _copy(engine, target, source, held[f"main.{source}"])
            _restore_households(engine, held)
            _leave_tombstones(engine)
            heads = "select judgement_heads from ledger.runs where run_id = $run_id"
            for head in engine.fetch(heads, {"run_id": run_id})["judgement_heads"].drop_nulls():
                take_heads(engine, str(head))
            start_over(engine)
            record_restoration(engine, run_id)
    complete_runs(engine)
    return Restored(
        run_id,
        count_rows(engine, "ledger.records"),
        int(engine.fetch("select count(distinct golden_id) as n from settled.crosswalk")["n"][0]),
        count_rows(engine, "ledger.runs"),
        known,
    )


def _copy(engine: Engine, target: str, source: str, published: list[str]) -> None:
    """Replace a table's rows by the published ones, in the columns that both have."""
    names = [name for name in engine.columns()[target] if name in published]
    columns = ", ".join(f'"{name}"' for name in names)
    engine.run(f"delete from {target}")
    engine.run(f"insert into {target} ({columns}) select {columns} from published.main.{source}")


def _restore_households(engine: Engine, held: Mapping[str, list[str]]) -> None:
    """Put published households into ``settled``; one published before there were any leaves none."""
    if "main.household_events" not in held:
        for name in ("household_events", "household_members"):
            engine.run(f"delete from settled.{name}")
        return
    _copy(engine, "settled.household_events", "household_events", held["main.household_events"])
    engine.run("delete from settled.household_members")
    engine.run(
        "insert into settled.household_members (golden_id, household_id)"
        " select unnest(golden_ids), household_id from published.main.households"
    )


def _leave_tombstones(engine: Engine) -> None:
    """Let customers of whom an erasure left nothing, and no run has published that yet, be retired by the next."""
    engine.run(statement(__file__, "tombstones"))
