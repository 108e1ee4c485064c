"""Rows that are moved are all in the target afterwards, and the source is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.moving import move_rows

MANY = "select range as i, 'n' || range as name from range(300000)"


@pytest.mark.parametrize(
    "there", ["none", "empty", "other columns", "rows"], ids=lambda there: f"target: {there}"
)
def test_all_rows_are_in_the_target_and_the_source_is_gone(tmp_path: Path, there: str) -> None:
    path = tmp_path / "warehouse.duckdb"
    before = {"none": 0, "empty": 0, "other columns": 0, "rows": 1}[there]
    with DuckDBEngine(path) as engine:
        engine.run("set threads = 2")
        engine.run("create schema s")
        if there in ("empty", "rows"):
            engine.run("create table s.target (i BIGINT, name VARCHAR)")
        if there == "other columns":
            engine.run("create table s.target (name VARCHAR, more INTEGER, i BIGINT)")
        if there == "rows":
            engine.run("insert into s.target values (-1, 'first')")
        with engine.transaction():
            engine.run(f"create table s.source as {MANY}")
            move_rows(engine, "s.source", "s.target")
            # what comes after it within the same transaction is there too
            engine.run("insert into s.target (i, name) values (300000, 'last')")
        assert list(engine.columns()) == ["s.target"]
    with DuckDBEngine(path) as engine:
        found = engine.fetch("select count(*) as n, count(distinct name) as names from s.target")
        assert found.row(0) == (300_001 + before, 300_001 + before)


def test_an_empty_source_leaves_a_target_that_can_be_filled() -> None:
    with DuckDBEngine() as engine:
        engine.run("set threads = 2")
        engine.run("create schema s")
        with engine.transaction():
            engine.run(f"create table s.source as select * from ({MANY}) where false")
            move_rows(engine, "s.source", "s.target")
            engine.run(f"insert into s.target {MANY}")
        assert engine.fetch("select count(distinct name) as n from s.target")["n"][0] == 300_000


def test_a_move_that_is_rolled_back_changes_nothing() -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema s")
        engine.run("create table s.target (i BIGINT, name VARCHAR)")
        engine.run(f"create table s.source as {MANY}")

        def move_and_fail() -> None:
            with engine.transaction():
                move_rows(engine, "s.source", "s.target")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            move_and_fail()
        assert engine.fetch("select count(*) as n from s.target")["n"][0] == 0
        assert engine.fetch("select count(*) as n from s.source")["n"][0] == 300_000
