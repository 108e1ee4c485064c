"""The record of runs: begun, counted, ended; and what a run that was killed left to be put right."""

from __future__ import annotations

from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.identity_diff import IDENTITY_CHANGES
from omni_identity.model.home import Home
from omni_identity.publish.feeds.feed_figures import withheld_by
from omni_identity.publish.lost_records import count_lost_records
from omni_identity.publish.publication import drop_versions, mark_published, published_run
from omni_identity.publish.retention import versions_to_keep
from omni_identity.stewardship.judgement_chain import published_heads


def complete_runs(engine: Engine) -> None:
    """Fill in ``ledger.runs`` and ``ledger.run_channel_counts`` what an older home does not have there."""
    _count_filtered(engine)
    _number_runs(engine)


def _count_filtered(engine: Engine) -> None:
    """Runs of a home from before there were filters kept nothing out by one."""
    table = "ledger.run_channel_counts"
    if engine.fetch(f"select 1 as x from {table} where filtered_count is null limit 1").height:
        engine.run(f"update {table} set filtered_count = 0 where filtered_count is null")


def _number_runs(engine: Engine) -> None:
    """Number the runs of a home from before there were numbers."""
    if not engine.fetch("select 1 as x from ledger.runs where run_number is null limit 1").height:
        return
    engine.run(statement(__file__, "run_numbers"))


def has_begun(engine: Engine, run_id: str) -> bool:
    """Whether a run is in ``ledger.runs``, whatever became of it."""
    known = engine.fetch(
        "select 1 as x from ledger.runs where run_id = $run_id", {"run_id": run_id}
    )
    return known.height > 0


def begin_run(
    engine: Engine, home: Home, run_id: str, now: datetime, publications: int = 1
) -> None:
    """Write down in ``ledger.runs`` that ``run_id`` starts, after putting right what a killed run left.

    A run that had switched the publication but not yet said so is marked published; any other that never
    ended is ``interrupted``, and what it built is removed. Of the publications the last
    ``publications`` stay. A run that has begun and stopped goes on.
    """
    if has_begun(engine, run_id):
        engine.run(
            "update ledger.runs set status = 'started' where run_id = $run_id and status in ('withheld',"
            " 'failed', 'interrupted', 'partial')",
            {"run_id": run_id},
        )
        return
    put_right(engine, home, publications)
    engine.run(
        """
        insert into ledger.runs (run_id, run_number, started_at, status)
        select $run_id::varchar, coalesce(max(run_number), 0) + 1, $now::timestamp, 'started'
        from ledger.runs
        """,
        {"run_id": run_id, "now": now},
    )


def put_right(engine: Engine, home: Home, publications: int = 1) -> None:
    """Mark published what a killed run had published, and interrupted any other that never ended; remove what it built.

    Of what is in ``published/versions/`` the last ``publications`` stay.
    """
    unfinished = engine.fetch(
        "select run_id from ledger.runs where status in ('started', 'publishing')"
    )
    current = published_run(home)
    if current is not None and current in unfinished["run_id"].to_list():
        mark_published(engine, current)
    engine.run(
        "update ledger.runs set status = 'interrupted' where status in ('started', 'publishing')"
    )
    drop_versions(home, keep=versions_to_keep(engine, home, publications))


def was_withheld(engine: Engine) -> bool:
    """Whether the last run that came to an end, in ``ledger.runs``, was withheld by a check."""
    last = engine.fetch(
        "select status from ledger.runs where status in ('published', 'withheld')"
        " order by run_number desc limit 1"
    )
    return last["status"].to_list() == ["withheld"]


def count_run(engine: Engine, run_id: str, model_version: str) -> None:
    """Write what the run counted to ``ledger.run_channel_counts`` and, in all, ``ledger.runs``.

    Reads ``derived.channel_counts``, ``derived.as_of``, ``derived.customers``, ``derived.interactions``,
    ``derived.golden_id_events`` and ``ledger.chain_heads``.
    """
    with engine.transaction():
        engine.run(
            "delete from ledger.run_channel_counts where run_id = $run_id", {"run_id": run_id}
        )
        engine.run(
            "insert into ledger.run_channel_counts by name"
            " select $run_id as run_id, * from derived.channel_counts",
            {"run_id": run_id},
        )
        engine.run(
            statement(__file__, "run_counts"),
            {"run_id": run_id, "model_version": model_version, "heads": published_heads(engine)},
        )


def accept_changes(engine: Engine, configuration: Configuration, run_id: str) -> bool:
    """Write down that an operator lets through merges and splits beyond the bounds, unusual deliveries, and
    records that a restore could not bring back.

    Returns whether there are any. The run has been diagnosed, and its feeds measured. Reads
    ``ledger.run_diagnostics``, ``ledger.feed_figures`` and what :func:`count_lost_records` does; writes
    ``ledger.runs``.
    """
    beyond = engine.fetch(
        "select 1 as x from ledger.run_diagnostics where run_id = $run_id"
        " and diagnostic = $diagnostic and value > bound",
        {"run_id": run_id, "diagnostic": IDENTITY_CHANGES},
    )
    is_beyond = (
        beyond.height > 0
        or bool(withheld_by(engine, configuration, run_id))
        or count_lost_records(engine)[0] > 0
    )
    engine.run(
        "update ledger.runs set are_changes_accepted = $accepted where run_id = $run_id",
        {"run_id": run_id, "accepted": is_beyond},
    )
    return is_beyond


def begun_at(engine: Engine, run_id: str) -> datetime:
    """When a run began (UTC, no zone) by ``ledger.runs``: in whichever process a step of it is done."""
    found = engine.fetch(
        "select started_at from ledger.runs where run_id = $run_id", {"run_id": run_id}
    )
    began: datetime = found["started_at"][0]
    return began


def status_of(engine: Engine, run_id: str) -> str:
    """How a run that has begun stands: ``started``, or how it ended."""
    found = engine.fetch(
        "select status from ledger.runs where run_id = $run_id", {"run_id": run_id}
    )
    status: str = found["status"][0]
    return status


def end_run(engine: Engine, run_id: str, status: str, now: datetime) -> None:
    """Write down in ``ledger.runs`` how a run ended: ``published``, ``withheld``, ``failed`` or ``dry_run``."""
    engine.run(
        "update ledger.runs set status = $status, finished_at = $now where run_id = $run_id",
        {"run_id": run_id, "status": status, "now": now},
    )
