"""The rows of one customer are the same whether a scan finds them or the notes of where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from omni_identity.lookup.customer.parts import read_part
from omni_identity.lookup.customer.rows import EDGES, SCATTERED, SORTED, build_places, gather_rows
from omni_identity.lookup.published_file import attach_published
from omni_identity.model.home import Home


@pytest.fixture
def engine(demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        attach_published(connection, Home(demo_home), "omni")
        connection.execute("set search_path = 'omni.main'")
        build_places(connection, "omni.main", "memory.places")
        yield connection


def gathered(
    engine: duckdb.DuckDBPyConnection, golden_id: str, places: str
) -> dict[str, list[object]]:
    with engine.cursor() as connection:
        connection.execute("set search_path = 'omni.main'")
        gather_rows(connection, golden_id, "omni.main", {"messages": "golden_id, channel"}, places)
        tables = (*SCATTERED, *SORTED, EDGES)
        return {name: connection.execute(f"from {name} order by all").fetchall() for name in tables}


def test_notes_and_scans_find_the_same_rows(engine: duckdb.DuckDBPyConnection) -> None:
    largest = engine.execute(
        "select golden_id from unified_profiles order by record_count desc, golden_id limit 10"
    ).fetchall()
    filled = set[str]()
    for (golden_id,) in largest:
        scanned = gathered(engine, golden_id, "")
        assert scanned == gathered(engine, golden_id, "memory.places")
        assert all(row[:1] == (golden_id,) for row in scanned["interactions"])  # type: ignore[index]
        assert {len(row) for row in scanned["messages"]} <= {2}  # type: ignore[arg-type]
        filled |= {name for name, rows in scanned.items() if rows}
    assert filled >= {"crosswalk", "interactions", "messages", "profile_lineage", EDGES}


def test_what_is_gathered_belongs_to_one_visit(engine: duckdb.DuckDBPyConnection) -> None:
    count = "select count(*) from crosswalk"
    before = engine.execute(count).fetchall()
    golden_id = engine.execute("select min(golden_id) from unified_profiles").fetchall()[0][0]
    with engine.cursor() as connection:
        connection.execute("set search_path = 'omni.main'")
        gather_rows(connection, golden_id, "omni.main", {})
        assert connection.execute(count).fetchall() < before
    assert engine.execute(count).fetchall() == before


def test_pairs_say_which_are_within_the_customer(engine: duckdb.DuckDBPyConnection) -> None:
    owners = dict(
        engine.execute(
            "select channel || ':' || source_record_id, golden_id from crosswalk"
        ).fetchall()
    )
    customers = engine.execute(
        "select golden_id from unified_profiles order by record_count desc limit 20"
    ).fetchall()
    kinds = set()
    for (golden_id,) in customers:
        for pair in read_part(engine, "pairs", golden_id).as_dicts():
            ends = {owners[pair["record_l"]], owners[pair["record_r"]]}
            assert golden_id in ends
            assert pair["is_within"] == (len(ends) == 1)
            kinds.add(pair["is_within"])
    assert kinds == {True, False}
