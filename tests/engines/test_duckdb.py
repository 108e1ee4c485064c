"""The DuckDB engine: parameters, frames, batches, transactions, Splink's scratch tables."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine, count_rows_of
from omni_identity.engines.duckdb import ROWS_AT_ONCE
from omni_identity.engines.memory import available_mebibytes


def test_a_process_may_open_a_warehouse_beside_an_engine_of_few_threads(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb", threads=1) as engine:
        assert engine.fetch("select current_setting('threads')::int as n")["n"].to_list() == [1]
        engine.run("create table t as select 1 as a")
        with DuckDBEngine(tmp_path / "w.duckdb") as other:
            assert other.fetch("from t").rows() == [(1,)]


def test_parameters_are_bound_and_not_spliced(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table t (name VARCHAR)")
        engine.run("insert into t values ($name)", {"name": "x'); drop table t; --"})
        assert engine.fetch("select * from t").rows() == [("x'); drop table t; --",)]


def test_write_appends_by_column_name(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table t (a BIGINT, b VARCHAR[])")
        engine.write("t", pl.DataFrame({"b": [["x"], None], "a": [1, 2]}))
        engine.write("t", pl.DataFrame({"a": [3]}))
        assert engine.fetch("select * from t order by a").rows() == [
            (1, ["x"]),
            (2, None),
            (3, None),
        ]


def test_map_batches_sees_every_row_once(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table numbers as select i from range(600000) t(i)")
        engine.run("create table doubles (i BIGINT)")
        sizes: list[int] = []

        def double(frame: pl.DataFrame) -> pl.DataFrame:
            sizes.append(frame.height)
            return frame.with_columns(pl.col("i") * 2)

        rows = engine.map_batches(
            "select i from numbers where i >= $least", double, "doubles", {"least": 10}
        )
        assert rows == sum(sizes) == 599_990
        assert len(sizes) > 1
        assert engine.fetch("select sum(i)::bigint as s from doubles")["s"][0] == 2 * sum(
            range(10, 600_000)
        )


def test_map_batches_keeps_the_order_of_the_query(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table numbers as select i from range(600000) t(i)")
        engine.run("create table copies (i BIGINT)")
        engine.map_batches("select i from numbers order by i desc", lambda f: f, "copies")
        copied = engine.fetch("select i from copies")["i"]
        assert copied.equals(pl.Series("i", range(599_999, -1, -1)))


def test_what_the_function_of_map_batches_raises_undoes_the_transaction(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table numbers as select i from range(600000) t(i)")
        engine.run("create table copies (i BIGINT)")

        def fail_at_last(frame: pl.DataFrame) -> pl.DataFrame:
            if 599_999 in frame["i"]:
                raise KeyError("the last one")
            return frame

        with pytest.raises(KeyError, match="the last one"), engine.transaction():
            engine.map_batches("select i from numbers", fail_at_last, "copies")
        assert engine.fetch("select count(*) as n from copies")["n"][0] == 0
        with pytest.raises(duckdb.Error):
            engine.map_batches("select nothing from numbers", lambda f: f, "copies")


def test_a_transaction_that_raises_changes_nothing(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table t (a BIGINT)")

        def insert_and_fail() -> None:
            with engine.transaction():
                engine.run("insert into t values (1)")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            insert_and_fail()
        assert engine.fetch("select * from t").height == 0
        with engine.transaction():
            engine.run("insert into t values (2)")
        assert engine.fetch("select * from t").rows() == [(2,)]


class _Interrupted(DuckDBEngine):
    """An engine that somebody ends while it is about to commit."""

    def run(self, sql: str, parameters: Mapping[str, object] | None = None) -> None:
        if sql == "commit":
            raise KeyboardInterrupt
        super().run(sql, parameters)


def test_a_commit_that_is_interrupted_is_rolled_back(tmp_path: Path) -> None:
    with _Interrupted(tmp_path / "w.duckdb") as engine:
        engine.run("create table t (a BIGINT)")
        with pytest.raises(KeyboardInterrupt), engine.transaction():
            engine.run("insert into t values (1)")
        engine.run("insert into t values (2)")  # a commit of its own
        assert engine.fetch("from t").rows() == [(2,)]


def test_a_commit_that_duckdb_refuses_is_raised_and_leaves_no_transaction(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create table t (a BIGINT primary key)")

        def insert_what_another_has_inserted() -> None:
            with DuckDBEngine(tmp_path / "w.duckdb") as other, engine.transaction():
                engine.run("insert into t values (1)")
                other.run("insert into t values (1)")

        with pytest.raises(duckdb.TransactionException, match="commit"):
            insert_what_another_has_inserted()
        with engine.transaction():
            engine.run("insert into t values (2)")
        assert engine.fetch("from t order by a").rows() == [(1,), (2,)]


def test_splinks_tables_go_when_it_is_done(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        engine.run("create schema s")
        engine.run("create table s.records as select 1 as a")
        with engine.splink() as splink:
            frame = splink.register("s.records")
            assert frame.columns[0].unquote().name == "a"
        names = engine.fetch("select database_name from duckdb_databases()")[
            "database_name"
        ].to_list()
        assert "scratch" not in names
        with engine.splink() as splink:  # and can be lent again
            splink.register("s.records")


def test_fewer_rows_are_made_at_once_where_memory_is_little() -> None:
    with DuckDBEngine(memory_limit="150MiB") as small, DuckDBEngine(memory_limit="24GiB") as large:
        assert 40_000 < small.rows_at_once < 60_000
        with DuckDBEngine(memory_limit="4GiB") as usual:
            assert 2_000_000 < usual.rows_at_once < 2_200_000
        assert large.rows_at_once == ROWS_AT_ONCE


def test_what_awaits_a_checkpoint_is_a_part_of_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    log = tmp_path / "w.duckdb.wal"
    largest = 0
    with DuckDBEngine(path, memory_limit="80MiB") as engine:
        engine.run("create table t (n BIGINT, words VARCHAR)")
        for part in range(20):
            engine.run(
                f"insert into t select n, 'words of ' || n from range({part * 50_000}, {part * 50_000 + 50_000}) r(n)"
            )
            largest = max(largest, log.stat().st_size if log.exists() else 0)
        assert engine.fetch("select count(*) as n from t")["n"][0] == 1_000_000
    assert 0 < largest < 15 * 2**20


def test_what_was_written_is_moved_where_it_takes_much_of_the_memory(tmp_path: Path) -> None:
    path, log = tmp_path / "w.duckdb", tmp_path / "w.duckdb.wal"
    with DuckDBEngine(path, memory_limit="640MiB") as engine:
        engine.run("create table t (m VARCHAR)")
        for parts, is_moved in ((1, False), (10, True)):
            for _ in range(
                parts
            ):  # a few rows at once: many go into the file, and the log says where
                engine.run("insert into t select md5(n::varchar) from range(100_000) r(n)")
            engine.make_room()
            assert (not log.exists()) is is_moved
    with DuckDBEngine() as engine:
        engine.make_room()


def test_memory_is_limited_below_what_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert available_mebibytes() > 256
    monkeypatch.setenv("OMNI_MEMORY_LIMIT", "300MB")
    with DuckDBEngine(tmp_path / "w.duckdb") as engine:
        limit = engine.fetch("select current_setting('memory_limit') as m")["m"][0]
    assert limit.startswith("286.1")  # MiB


SORT_A_LOT = """
import sys
from pathlib import Path
from omni_identity.engines import DuckDBEngine
with DuckDBEngine(Path(sys.argv[1]), "80MB") as engine:
    engine.run("create table t as select md5(range::text) as value from range(20_000_000) order by 1")
"""


def test_what_a_killed_process_spilled_goes_when_the_file_is_opened_next(tmp_path: Path) -> None:
    path, spill = tmp_path / "some.duckdb", tmp_path / "spill"
    process = subprocess.Popen([sys.executable, "-c", SORT_A_LOT, str(path)])
    while not any(spill.glob("*_storage_*")):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert any(spill.iterdir())
    with DuckDBEngine(path):
        assert not list(spill.glob("*"))


def test_rows_of_several_sources_are_counted_in_their_order() -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema s")
        engine.run("create table s.some as select unnest([1, 2, 3]) as x")
        sources = {
            "two's": "(select x from s.some where x > 1)",
            "all": "s.some",
            "none": "s.some where x > 9",
        }
        assert list(count_rows_of(engine, sources).items()) == [
            ("two's", 2),
            ("all", 3),
            ("none", 0),
        ]
