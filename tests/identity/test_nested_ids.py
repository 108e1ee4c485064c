"""Strict IDs lie within golden IDs, golden within loose ones, whatever the cuts say, and follow what changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_empty
from omni_identity.identity.average_linkage import NO_MOST, link_by_average
from omni_identity.identity.clustering import LOOSE_WEIGHT, STRICT_WEIGHT
from omni_identity.identity.nested_ids import update_nested_ids
from tests.identity.test_component_cuts import graphs
from tests.worlds import World, person, receipt

CUT = -1.5


@given(graphs(), st.sampled_from([3.0, NO_MOST]))
@settings(max_examples=300, deadline=None)
def test_what_a_cut_leaves_together_a_lower_one_does_too(
    graph: tuple[np.ndarray, list[int]], most: float
) -> None:
    weights, together = graph
    strict, golden, loose = (
        link_by_average(weights[None, :, :], cut, np.array([together]), most)[0]
        for cut in (STRICT_WEIGHT, CUT, LOOSE_WEIGHT)
    )
    for inner, outer in ((strict, golden), (golden, loose)):
        for group in set(inner.tolist()):
            assert len(set(outer[inner == group].tolist())) == 1


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        for schema in ("derived", "changed", "ledger"):
            engine.run(f"create schema {schema}")
        create_empty(
            engine,
            *("derived.clusters", "derived.customers", "ledger.records"),
            *("changed.regrouped_records", "changed.customers"),
        )
        yield engine


def put(engine: DuckDBEngine, rows: list[tuple[int, str, int, int]]) -> dict[int, tuple[str, str]]:
    """Let records have ``(record_no, golden_id, strict_no, loose_no)``; their strict and loose IDs by number."""
    for table in ("derived.clusters", "derived.customers", "changed.regrouped_records"):
        engine.run(f"delete from {table}")
    engine.run("delete from ledger.records")
    schema = ["record_no", "golden_id", "strict_no", "loose_no"]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    numbers = frame.select("record_no")
    engine.write("derived.clusters", frame.drop("golden_id").with_columns(cluster_no=0))
    engine.write("derived.customers", frame.select("record_no", "golden_id"))
    engine.write("ledger.records", numbers.with_columns(seniority=pl.col("record_no")))
    engine.write("changed.regrouped_records", numbers)
    update_nested_ids(engine)
    found = engine.fetch("select record_no, strict_id, loose_id from derived.nested_ids")
    return {record: (strict, loose) for record, strict, loose in found.iter_rows()}


def test_the_ids_are_made_of_the_eldest_record(engine: DuckDBEngine) -> None:
    assert put(engine, [(4, "G4", 4, 4), (5, "G4", 5, 4), (6, "G6", 6, 4), (7, "G7", 7, 7)]) == {
        4: ("S0000000004", "L0000000004"),
        5: ("S0000000005", "L0000000004"),
        6: ("S0000000006", "L0000000004"),
        7: ("S0000000007", "L0000000007"),
    }


def test_they_are_nested_where_cuts_are_not(engine: DuckDBEngine) -> None:
    found = put(engine, [(1, "G1", 1, 1), (2, "G1", 1, 2), (3, "G3", 1, 2)])
    assert found == {
        1: ("S0000000001", "L0000000001"),
        2: ("S0000000001", "L0000000001"),
        3: ("S0000000003", "L0000000002"),
    }


def test_who_gets_another_id_has_changed(engine: DuckDBEngine) -> None:
    put(engine, [(1, "G1", 1, 1), (2, "G2", 2, 2), (3, "G3", 3, 3)])
    engine.run("delete from changed.customers")
    put(engine, [(1, "G1", 1, 1), (2, "G2", 2, 1), (3, "G3", 3, 3)])
    assert engine.fetch("select golden_id from changed.customers")["golden_id"].to_list() == ["G2"]


def test_ids_are_published_nested_night_after_night(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path, models=models)
    world.deliver("web", "2026-03-01", [person(n) for n in range(30)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(20)])
    world.run()
    world.deliver("web", "2026-03-02", [person(n) for n in (5, 40)])
    world.run()
    rows = world.read("select golden_id, strict_id, loose_id from crosswalk")
    assert rows.height == 51
    assert rows.null_count().sum_horizontal().to_list() == [0]
    for inner, outer in (("strict_id", "golden_id"), ("golden_id", "loose_id")):
        several = rows.group_by(inner).agg(pl.col(outer).n_unique()).filter(pl.col(outer) > 1)
        assert several.is_empty()
    # their web and till records agree in all that both have
    assert rows["strict_id"].n_unique() < rows.height
