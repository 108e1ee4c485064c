"""Tables commit one by one, the warehouse all at once: what its record names stands, at whatever instant a run ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as parquet
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.spark.reading import show_tables
from omni_identity.engines.spark.record import read_record
from omni_identity.model.errors import RunFailed

Open = Callable[..., Any]


@pytest.fixture
def open_on(spark_session: Any, tmp_path: Path) -> Open:
    """Opens an engine on the same warehouse, time and again."""
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    def open_engine(published: Path | None = None) -> Any:
        session = open_session("local[2]", SMALL, str(tmp_path / "spark"))
        return SparkEngine(session, tmp_path / "spark.json", 0, published)

    return open_engine


def rows(engine: Any, table: str) -> list[tuple[Any, ...]]:
    return sorted(engine.fetch(f"select * from {table}").rows())


def test_tables_are_there_when_the_warehouse_is_opened_again(open_on: Open) -> None:
    with open_on() as engine:
        engine.run("create table s.t as select 1 as a")
        engine.run("insert into s.t values (2)")
        engine.run("create temp table passing_by as select 3 as a")
    with open_on() as engine:
        assert engine.columns() == {"s.t": ["a"]}
        assert rows(engine, "s.t") == [(1,), (2,)]
        assert list(engine._tables.stored.tables(["passing"])) == []


def test_many_small_changes_leave_few_files(open_on: Open) -> None:
    with open_on() as engine:
        engine.run("create table s.t (a BIGINT)")
        with engine.transaction():
            for number in range(30):
                engine.run("insert into s.t values ($number)", {"number": number})
        assert rows(engine, "s.t") == [(number,) for number in range(30)]
        assert engine._tables["s.t"].data_files < 10


def test_a_run_killed_between_the_commits_of_two_tables_leaves_what_stood_before(
    open_on: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_on() as engine:
        engine.run("create table s.one as select 1 as a union all select 2")
        engine.run("create table s.other as select 'x' as b")
        engine.run("create table s.gone as select 5 as c")
        engine.run("create table s.empty (d BIGINT)")
    killed = open_on()
    monkeypatch.setattr(type(killed._tables), "_take_back", lambda *_: None)

    def work_until_killed() -> None:
        with killed.transaction():
            killed.run("delete from s.one where a = 1")
            killed.run("create or replace table s.other as select 7 as c, 8 as d")
            killed.run("create table s.fresh as select 9 as e")
            killed.run("insert into s.empty values (1)")
            killed.run("alter table s.one add column f VARCHAR")
            killed.run("drop table s.gone")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_until_killed()
    monkeypatch.undo()
    with open_on() as engine:
        assert engine.columns() == {
            "s.empty": ["d"],
            "s.gone": ["c"],
            "s.one": ["a"],
            "s.other": ["b"],
        }
        assert rows(engine, "s.one") == [(1,), (2,)]
        assert rows(engine, "s.other") == [("x",)]
        assert rows(engine, "s.gone") == [(5,)]
        assert rows(engine, "s.empty") == []
        assert "s.fresh" not in set(engine._tables.stored.tables(["s"]))


def test_a_record_of_another_time_than_its_tables_is_refused(open_on: Open, tmp_path: Path) -> None:
    record = tmp_path / "spark.json"
    with open_on() as engine:
        engine.run("create table s.one as select 1 as a")
        engine.run("create table s.other as select 1 as a")
    former = record.read_text()
    with open_on() as engine:
        engine.run("create or replace table s.one as select 2 as a")
    later = record.read_text()
    record.write_text(former)
    with pytest.raises(RunFailed, match=r"s\.one is later than spark\.json"):
        open_on()
    record.write_text(later)
    with open_on() as engine:
        assert rows(engine, "s.one") == [(2,)]
        engine._tables.stored.drop("s.other")
    with pytest.raises(RunFailed, match=r"lacks 1 of the 2 tables .* s\.other"):
        open_on()


def test_a_reader_sees_the_last_commit_while_a_run_is_at_work(
    open_on: Open, tmp_path: Path
) -> None:
    def read() -> list[tuple[Any, ...]]:
        with DuckDBEngine() as reader:
            show_tables(reader, tmp_path / "spark.json", "held")
            return sorted(reader.fetch("select a, b from held.s.t").rows())

    with open_on() as engine:
        engine.run("create table s.t as select 1 as a, 'x' as b union all select 2, 'y'")
        with engine.transaction():
            engine.run("delete from s.t where a = 1")
            engine.run("update s.t set b = 'z' where a = 2")
            engine.run("insert into s.t values (3, null)")
            assert rows(engine, "s.t") == [(2, "z"), (3, None)]
            assert read() == [(1, "x"), (2, "y")]
        assert read() == [(2, "z"), (3, None)]


def test_an_increment_writes_a_share_of_the_bytes_of_its_tables(
    open_on: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from omni_identity.engines.spark import published

    monkeypatch.setattr(published, "EXCHANGED_ROWS", 0)
    folder = tmp_path / "published" / "versions"
    people = {"people": "select id, code from s.people"}

    def bytes_written() -> int:
        return sum(path.stat().st_size for path in (tmp_path / "spark").rglob("*.parquet"))

    with open_on(tmp_path / "published") as engine:
        engine.run(
            "create table s.people as select id, md5(id::varchar) as code"
            " from (select unnest(range(20000)) as id) numbers"
        )
        (folder / "one").mkdir(parents=True)
        engine.write_tables(people, folder / "one")
        (tmp_path / "published" / "current").symlink_to("versions/one")
    whole = bytes_written()
    engine = open_on(tmp_path / "published")
    engine.run("delete from s.people where id % 100 = 7")
    engine.run("update s.people set code = other.new from (select 5 as id, 'new' as new) other"
               " where people.id = other.id")  # fmt: skip
    engine.run("insert into s.people select id + 20000, code from s.people where id < 200")
    (folder / "two").mkdir()
    assert engine.write_tables(people, folder / "two") == {"people": 19_998}
    assert bytes_written() - whole < whole / 10
    with engine.attached(folder / "two", "candidate"):
        written = engine.fetch("select * from candidate.main.people order by id")
    assert written.rows() == engine.fetch("select * from s.people order by id").rows()
    engine.close()


def test_who_reads_the_catalogue_sees_no_candidate(open_on: Open, tmp_path: Path) -> None:
    published = tmp_path / "published"

    def write(engine: Any, version: str, query: str) -> None:
        (published / "versions" / version).mkdir(parents=True)
        engine.write_tables({"people": query}, published / "versions" / version)

    def seen(engine: Any) -> list[tuple[Any, ...]]:
        return sorted(engine.fetch("select id from published.people").rows())

    with open_on(published) as engine:
        write(engine, "one", "select 1 as id")
        assert seen(engine) == []
        (published / "current").symlink_to("versions/one")
    with open_on(published) as engine:
        assert seen(engine) == [(1,)]
        write(engine, "two", "select 1 as id union all select 2")
        assert seen(engine) == [(1,)]
        with engine.attached(published / "versions" / "two", "candidate"):
            assert rows(engine, "candidate.main.people") == [(1,), (2,)]
    with open_on(published) as engine:
        assert seen(engine) == [(1,)]
        (published / "current").unlink()
        (published / "current").symlink_to("versions/two")
    with open_on(published) as engine:
        assert seen(engine) == [(1,), (2,)]
        with engine.attached(published / "versions" / "one", "former"):
            assert rows(engine, "former.main.people") == [(1,)]


def test_a_version_of_before_iceberg_can_still_be_read(open_on: Open, tmp_path: Path) -> None:
    folder, version = tmp_path / "tables" / "people", tmp_path / "version"
    folder.mkdir(parents=True)
    version.mkdir()
    pl.DataFrame({"id": [1, 2]}).write_parquet(folder / "part-0.parquet")
    listed = {"people": {"folder": str(folder), "rows": 2, "columns": [["id", "bigint"]]}}
    (version / "manifest.json").write_text(json.dumps({"version": 1, "tables": listed}))
    with open_on() as engine, engine.attached(version, "former"):
        assert engine.columns("former") == {"main.people": ["id"]}
        assert rows(engine, "former.main.people") == [(1,), (2,)]


def test_what_was_deleted_is_in_no_file(
    open_on: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyiceberg.table import StaticTable

    from omni_identity.engines.spark import published as publications

    monkeypatch.setattr(publications, "EXCHANGED_ROWS", 0)
    names = pl.DataFrame({"name": ["anna secret", "bert"], "n": [1, 2]})
    published = tmp_path / "published"
    versions = published / "versions"
    with open_on(published) as engine:
        engine.run("create table s.people (name VARCHAR, n BIGINT)")
        engine.write("s.people", names)
        engine.run("create table s.copies as select name from s.people")
        (versions / "one").mkdir(parents=True)
        engine.write_tables({"people": "select * from s.people"}, versions / "one")
        (published / "current").symlink_to("versions/one")
    stray = tmp_path / "spark" / "s" / "people" / "data" / "of-a-killed-task.parquet"
    names.write_parquet(stray)
    engine = open_on(published)
    engine.run("delete from s.people where name like 'anna%'")
    engine.run("delete from s.copies where name like 'anna%'")
    (versions / "two").mkdir()
    engine.write_tables({"people": "select * from s.people"}, versions / "two", anew=True)
    (published / "current").unlink()
    (published / "current").symlink_to("versions/two")
    (versions / "one" / "manifest.json").unlink()
    (versions / "one").rmdir()
    engine.close_without_deleted()

    files = list((tmp_path / "spark").rglob("*.parquet"))
    held = [parquet.read_table(file).column("name").to_pylist() for file in files]
    assert held == [["bert"]] * 3
    manifests = set()
    for state in read_record(tmp_path / "spark.json").values():
        snapshot = StaticTable.from_metadata(state.metadata).current_snapshot()
        assert snapshot is not None
        io = StaticTable.from_metadata(state.metadata).io
        manifests |= {Path(m.manifest_path) for m in snapshot.manifests(io)}
    left = set((tmp_path / "spark" / "s").rglob("*-m*.avro"))
    assert left == manifests, "manifests have the least and the greatest value of each column"
