"""Runs follow each other by their numbers, whatever the machine's clock says of when they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import duckdb

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.identity.run_order import newest_first
from omni_identity.model.tables.ledger import LEDGER_TABLES
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.alterations import untouched_publication
from omni_identity.publish.runs import begin_run, complete_runs, end_run, was_withheld
from tests.worlds import FIRST_NIGHT, World, receipt, run_until_candidate

LATER = FIRST_NIGHT + timedelta(days=1)


class SlowClock(World):
    """A world in which every night begins an hour before the one that went before, by the clock."""

    def night(self, accept_changes: bool = False) -> RunContext:
        night = super().night(accept_changes)
        return replace(night, now=LATER - timedelta(hours=self.nights))


def test_a_clock_that_goes_back_does_not_turn_history_round(world: World) -> None:
    slow = SlowClock(world.root, world.nights)
    past = {"run-001": world.golden_ids()}
    for name, count in (("3", 20), ("4", 30), ("5", 25)):
        slow.deliver("till", name, [receipt(n) for n in range(count)])
        slow.run(accept_changes=True)  # a third of the snapshot's records is gone at first
        past[f"run-{slow.nights:03}"] = slow.golden_ids()
    runs = slow.read("select run_id, run_number, started_at from runs order by run_number")
    assert list(runs["run_id"]) == sorted(past)
    assert list(runs["run_number"]) == [1, 2, 3, 4]
    assert list(runs["started_at"])[1:] == sorted(runs["started_at"][1:], reverse=True)
    for run_id, crosswalk in past.items():
        rows = slow.read(
            f"select channel || ':' || source_record_id, golden_id from crosswalk_as_of('{run_id}')"
        )
        assert dict(rows.iter_rows()) == crosswalk, run_id
    with DuckDBEngine(slow.home.warehouse_file) as engine:
        last = untouched_publication(engine, slow.home, "run-005")
    assert last is not None
    assert last.name == "run-004"


def test_a_withheld_run_is_the_last_one_even_if_the_clock_says_otherwise(world: World) -> None:
    with DuckDBEngine(world.home.warehouse_file) as engine:
        begin_run(engine, world.home, "early", FIRST_NIGHT - timedelta(days=9))
        end_run(engine, "early", "withheld", LATER)
        assert was_withheld(engine)
        begin_run(engine, world.home, "earlier", FIRST_NIGHT - timedelta(days=19))
        end_run(engine, "earlier", "published", LATER)
        assert not was_withheld(engine)


def test_figures_are_compared_with_the_publication_before_not_with_the_latest_by_the_clock(
    world: World,
) -> None:
    slow = SlowClock(world.root, world.nights)
    slow.deliver("till", "3", [receipt(n) for n in range(10)])
    slow.run(accept_changes=True)
    night = slow.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        found = engine.fetch(
            "select run_id, value, published_value from ledger.run_diagnostics"
            " where diagnostic = 'customer_sizes' and bucket = '1' order by run_id"
        )
    first, second, third = found.iter_rows()
    assert first[1] != second[1]
    assert third[2] == second[1]


def test_runs_of_before_there_were_numbers_are_numbered_once_by_their_times() -> None:
    with DuckDBEngine() as engine:
        create_run_tables_of_old(engine)
        for run_id, hour in (("b", 4), ("a", 4), ("c", 2)):
            engine.run(
                "insert into ledger.runs values ($run_id, $at, 'published')",
                {"run_id": run_id, "at": datetime(2026, 1, 1, hour)},
            )
        connection = engine.connection
        assert newest_first(connection, "ledger.runs", "r") == "r.started_at desc, r.run_id desc"
        create_tables(engine, LEDGER_TABLES)
        complete_runs(engine)
        order = newest_first(connection, "ledger.runs")
        assert engine.fetch(f"from ledger.runs order by {order}")["run_id"].to_list() == list("bac")
        engine.run(
            "update ledger.runs set started_at = $at where run_id = 'b'",
            {"at": datetime(2020, 1, 1)},
        )
        create_tables(engine, LEDGER_TABLES)
        complete_runs(engine)
        numbers = engine.fetch("select run_id, run_number from ledger.runs order by 1")
        assert dict(numbers.iter_rows()) == {"c": 1, "a": 2, "b": 3}


def create_run_tables_of_old(engine: DuckDBEngine) -> None:
    engine.run("create schema ledger")
    engine.run("create table ledger.runs (run_id VARCHAR, started_at TIMESTAMP, status VARCHAR)")


def test_the_order_of_published_runs_is_there_for_who_only_reads(world: World) -> None:
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        assert newest_first(connection, "runs") == "run_number desc"
