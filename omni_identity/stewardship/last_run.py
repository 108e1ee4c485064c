"""Lends a scratch copy of what the last run knows of two records; the warehouse is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.written_ids import bare_id
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.reading import attached_warehouse, has_warehouse
from omni_identity.identity.run_order import newest_first
from omni_identity.linkage.explanation import read_term_frequencies
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import UsageError, nearest
from omni_identity.model.home import Home

BY_RECORD = ("source_records", "linkage_records", "components", "equal_records")
NEEDED = {f"derived.{table}" for table in (*BY_RECORD, "customers", "scored_pairs", "row_states")}


@dataclass(frozen=True)
class LastRun:
    """The newest run: when it started (UTC), how it ended, and the model of its scores."""

    run_id: str
    started_at: datetime
    status: str
    model_version: str


@contextmanager
def open_last_run(home: Home) -> Iterator[DuckDBEngine]:
    """Lend an in-memory engine to which the warehouse is attached, read-only, as ``warehouse``.

    Raises ``UsageError`` when no run has come as far as customers, ``HomeIsBusy`` while a run is at
    work in the warehouse.
    """
    nothing = UsageError(
        f"There are no customers in {home.root} to explain yet: `omni run` makes them, "
        "`omni demo` makes an example, --home names another home."
    )
    if not has_warehouse(home):
        raise nothing
    with DuckDBEngine() as engine, attached_warehouse(engine, home, "warehouse") as tables:
        if not tables >= NEEDED:
            raise nothing
        yield engine


def find_record(engine: DuckDBEngine, configuration: Configuration, text: str, which: str) -> int:
    """Return the ``record_no`` of the current record that ``text`` (``channel:record_id``) names.

    ``which`` is how an error calls it ("first"): what was typed may be personal, and is not quoted.
    Raises ``UsageError`` when there is no such record, or it is not current.
    """
    channel, colon, record = text.strip().partition(":")
    if not colon or not record:
        raise UsageError(f"The {which} record has to be written as channel:record_id, as web:4711.")
    known = [c.name for c in configuration.channels if c.contacts is not None]
    if channel not in known:
        raise UsageError(
            f"The {which} record names a channel without contacts in omni.yaml; it has"
            f" {', '.join(known)}."
            f"{nearest(channel, known)}"
        )
    here = {"channel": channel, "record": bare_id(record)}
    is_it = "channel = $channel and source_record_id = $record"
    found = engine.fetch(
        "select record_no from warehouse.derived.customers"
        f" semi join warehouse.derived.linkage_records using (record_no) where {is_it}",
        here,
    )
    if found.height:
        return int(found["record_no"][0])
    why = _why_not_current(engine, here, is_it)
    raise UsageError(f"The {which} record is not a current one of the channel '{channel}': {why}")


def _why_not_current(engine: DuckDBEngine, here: dict[str, str], is_it: str) -> str:
    states = engine.fetch(f"select state from warehouse.derived.row_states where {is_it}", here)
    if "current" in states["state"].to_list():
        return "the last run stopped before it had a customer. `omni run` finishes the work."
    if "deleted" in states["state"].to_list():
        return "the channel has deleted it."
    if states.height:
        return "newer versions have superseded it."
    held_back = engine.fetch(
        "select distinct reason_code from warehouse.landed.quarantined_rows"
        f" where feed = 'contacts' and {is_it} order by reason_code",
        here,
    )
    if held_back.height:
        codes = ", ".join(held_back["reason_code"].to_list())
        return f"its row was held back ({codes}); see quarantined_records."
    return "no run has ever seen it."


def copy_customers(engine: DuckDBEngine, record_nos: tuple[int, int]) -> None:
    """Copy into the engine's own schema ``derived`` what the last run has on the records' customers."""
    engine.run("create schema derived")
    engine.run(
        """
        create table derived.customers as
        select c.* from warehouse.derived.customers c
        where c.golden_id in (
            select golden_id from warehouse.derived.customers where record_no in ($left, $right)
        )
        """,
        {"left": record_nos[0], "right": record_nos[1]},
    )
    for table in BY_RECORD:
        engine.run(
            f"create table derived.{table} as select t.* from warehouse.derived.{table} t"
            " semi join derived.customers using (record_no)"
        )
    if "derived.households" in engine.columns("warehouse"):
        engine.run(
            "create table derived.households as select * from warehouse.derived.households"
            " where list_has_any(golden_ids, (select list(distinct golden_id) from derived.customers))"
        )
    # what represents them may be another customer's
    members = (
        "(select record_no from derived.customers"
        " union select representative_no from derived.equal_records)"
    )
    engine.run(
        "create table derived.scored_pairs as"
        " select record_no_l, record_no_r, match_weight, is_inner from warehouse.derived.scored_pairs"
        f" where record_no_l in {members} and record_no_r in {members}"
    )


def golden_ids_of(engine: DuckDBEngine, record_nos: tuple[int, int]) -> tuple[str, ...]:
    """The golden IDs of the two copied records' customers, each once, sorted. Reads ``derived.customers``."""
    found = engine.fetch(
        "select distinct golden_id from derived.customers where record_no in ($left, $right) order by 1",
        {"left": record_nos[0], "right": record_nos[1]},
    )
    return tuple(found["golden_id"])


def describe_last_run(engine: DuckDBEngine, home: Home) -> LastRun:
    """Return the newest run; its model is the pinned one when it did not come so far as to name it."""
    runs = "warehouse.ledger.runs"
    row = engine.fetch(
        f"select run_id, started_at, status, model_version from {runs}"
        f" order by {newest_first(engine.connection, runs)} limit 1"
    ).row(0)
    return LastRun(row[0], row[1], row[2], row[3] or str(pinned_version(home.models)))


def load_run_model(engine: DuckDBEngine, home: Home, run: LastRun) -> LinkageModel:
    """Load the model that scored the run, and its frequencies of the copied records' values.

    Raises ``UsageError`` when the model's folder is gone.
    """
    folder = home.models / run.model_version
    if not folder.is_dir():
        raise UsageError(f"The model of the last run is gone: there is no {folder}. `omni run`.")
    model = load_model(folder)
    read_term_frequencies(engine, folder, model)
    return model
