"""A night without Dagster, as other tests run it, leaves and says what one in Dagster does."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from omni_identity.model.home import Home
from omni_identity.orchestration.run import NightlyResult, execute_nightly
from omni_identity.publish.publication import published_run
from tests.plain_nights import execute_plainly
from tests.shared import copy_home

WITHHELD = ("checks:", "checks:\n  max_customer_records: 1")
MISTAKEN = ("record_id: user_id", "record_id: user_idd")


def published_rows(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """What consumers read, but for what is about runs."""
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        tables = published.sql("select table_name from duckdb_tables() order by all").fetchall()
        return {
            table: published.sql(f"from {table} order by all").fetchall()
            for (table,) in tables
            if table not in ("runs", "run_channel_counts", "run_diagnostics", "feed_figures")
        }


@pytest.mark.parametrize("change", [("", ""), WITHHELD, MISTAKEN], ids=["new", "withheld", "wrong"])
def test_it_ends_as_a_night_in_dagster_does(home: Home, change: tuple[str, str]) -> None:
    text = home.configuration.read_text(encoding="utf-8")
    home.configuration.write_text(text.replace(*change, 1), encoding="utf-8")
    other = Home(copy_home(home.root, home.root.with_name("other")))
    nights: list[tuple[Home, Callable[[Home], NightlyResult]]] = [
        (home, execute_nightly),
        (other, execute_plainly),
    ]
    (said, stood), (plainly, stands) = (_run(*night) for night in nights)
    assert (
        plainly.status
        == said.status
        == {WITHHELD: "withheld", MISTAKEN: "failed"}.get(change, "published")
    )
    assert (plainly.failed_checks, plainly.warnings) == (said.failed_checks, said.warnings)
    assert (plainly.error, plainly.exit_code) == (said.error, said.exit_code)
    assert list(plainly.seconds) == list(said.seconds)
    assert stands == stood
    assert published_rows(other) == published_rows(home)


def _run(home: Home, execute: Callable[[Home], NightlyResult]) -> tuple[NightlyResult, bool]:
    """How the night went, and whether consumers read it."""
    result = execute(home)
    return result, published_run(home) == result.run_id
