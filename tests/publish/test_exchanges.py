"""The published file of a small night: a copy with the noted rows exchanged, the same as one written anew."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines import duckdb as duckdb_engine
from omni_identity.engines.declared import create_empty
from omni_identity.engines.literals import literal
from omni_identity.identity.changes import create_changes
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables
from omni_identity.model.tables.review import ASKED_QUESTIONS
from omni_identity.publish import build, increments
from omni_identity.publish.declared_tables import STORAGE_VERSION, create_table
from omni_identity.publish.increments import (
    EXCHANGES,
    QUESTIONS,
    WHOLE_SIZE,
    copy_publication,
    exchange_rows,
    forget_exchanges,
    note_difference,
    note_exchange,
)
from tests.worlds import World, person, receipt


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """Twenty-five people, published once."""
    world = World.make(tmp_path_factory.mktemp("town"), models=models)
    world.deliver("web", "0001", [person(n) for n in range(25)])
    world.deliver("till", "0001", [receipt(n) for n in range(0, 25, 2)])
    world.deliver("web_events", "0001", [event(n) for n in range(10)])
    world.run()
    return world


def event(number: int) -> dict[str, str]:
    return {
        "event": f"e{number}",
        "id": f"w{number}",
        "kind": "order",
        "at": "2026-02-02T10:00:00Z",
    }


def rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        return {
            table: connection.sql(f"select * from {table} order by all").fetchall()
            for table in EXCHANGES
        }


def all_rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        tables = [name for (name,) in connection.sql("show tables").fetchall()]
        return {
            table: connection.sql(f"select * from {table} order by all").fetchall()
            for table in tables
        }


def published_folder(world: World) -> Path:
    return world.home.published_file.resolve().parent


def test_a_small_night_exchanges_rows_and_a_full_refresh_writes_the_same(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged = []
    real = build.exchange_rows
    monkeypatch.setattr(
        build,
        "exchange_rows",
        lambda engine, table: (exchanged.append(table.name), real(engine, table)),
    )
    before = rows(town)
    later = {"changed": "2026-02-03T00:00:00Z"}
    merging = person(3, **later) | {"email": person(4)["email"], "phone": person(4)["phone"]}
    town.deliver("web", "0002", [person(30), merging, person(5, gone="true", **later)])
    town.deliver("web_events", "0002", [event(30), event(3)])
    town.run()
    small = rows(town)
    # of the others no row goes out, and none comes in
    assert set(exchanged) < set(EXCHANGES)
    assert set(exchanged) >= {table for table in EXCHANGES if small[table] != before[table]}
    assert small["crosswalk"] != before["crosswalk"]
    parquet = {
        table: duckdb.sql(
            f"select * from '{town.home.published}/parquet/{table}.parquet' order by all"
        ).fetchall()
        for table in EXCHANGES
    }
    assert parquet == small
    exchanged.clear()
    published_folder(town).joinpath(WHOLE_SIZE).unlink()
    town.run()
    assert exchanged == []
    assert rows(town) == small


def test_of_a_large_table_without_marks_rows_that_differ_are_exchanged(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "LARGE", 1)
    exchanged = set[str]()
    real = build.exchange_rows
    monkeypatch.setattr(
        build,
        "exchange_rows",
        lambda engine, table: (exchanged.add(table.name), real(engine, table)),
    )
    town = World.make(tmp_path / "town", models=models)
    town.deliver("web", "0001", [person(n) for n in range(25)])
    town.deliver("web_events", "0001", [event(n) for n in range(10)])
    town.run()
    town.deliver("web", "0002", [person(30)])
    town.run()
    assert "golden_id_events" in exchanged
    small = all_rows(town)
    exchanged.clear()
    published_folder(town).joinpath(WHOLE_SIZE).unlink()
    town.run()
    assert exchanged == set()
    own = {"runs", "run_channel_counts", "run_diagnostics", "feed_figures"}
    anew = all_rows(town)
    assert {t: r for t, r in anew.items() if t not in own} == {
        t: r for t, r in small.items() if t not in own
    }


def test_rows_that_stand_twice_are_not_exchanged() -> None:
    table = published_tables(Vocabulary())["kpi_definitions"]
    row = "select 'a' as kpi, 't' as title, 'u' as unit, 'g' as grain, '{}' as definition"
    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as candidate")
        engine.run(f"create table candidate.main.kpi_definitions as {row.format('d')}")

        def differs(*definitions: str) -> bool | None:
            content = " union all ".join(row.format(word) for word in definitions)
            return note_difference(engine, table, content, ["kpi"])

        assert differs("d") is False
        assert differs("d", "d") is None
        assert differs("d", "e") is True
        assert differs("e") is None  # nothing is left of what was there


def test_a_publication_begins_with_a_warehouse_that_owes_little_to_its_log(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_engine, "LARGE_LOG_SHARE", 10**9)  # of any memory: a few bytes
    town = World.make(tmp_path / "town", models=models)
    owed = []
    real = build.copy_publication

    def look(engine: DuckDBEngine, last: Path | None, target: Path) -> bool:
        log = town.home.warehouse_file.with_name(f"{town.home.warehouse_file.name}.wal")
        owed.append(log.stat().st_size if log.exists() else 0)
        return real(engine, last, target)

    monkeypatch.setattr(build, "copy_publication", look)
    town.deliver("web", "0001", [person(n) for n in range(5)])
    town.run()
    assert owed == [0]


@pytest.mark.parametrize(
    ("limit", "other", "first"),
    [("MOST_GROWTH", "MOST_SIZE", 31), ("MOST_SIZE", "MOST_GROWTH", 33)],
)
def test_a_file_full_of_gaps_is_written_anew(
    town: World, monkeypatch: pytest.MonkeyPatch, limit: str, other: str, first: int
) -> None:
    exchanged = []
    real = build.exchange_rows
    monkeypatch.setattr(
        build,
        "exchange_rows",
        lambda engine, table: (exchanged.append(table.name), real(engine, table)),
    )
    published_folder(town).joinpath(WHOLE_SIZE).write_text("1000")
    with monkeypatch.context() as small:
        small.setattr(increments, "SMALL_GROWTH", 0)
        small.setattr(increments, limit, 1.0)
        small.setattr(increments, other, 1e9)
        town.deliver("web", f"{first:04}", [person(first)])
        town.run()
    assert exchanged == []
    assert int(published_folder(town).joinpath(WHOLE_SIZE).read_text()) > 1000
    town.deliver("web", f"{first + 1:04}", [person(first + 1)])
    town.run()
    assert {"unified_profiles", "crosswalk", "ledger_records"} <= set(exchanged)


@pytest.mark.parametrize(("freed", "is_copied"), [(["big"], True), ([], False)])
def test_blocks_that_the_next_exchange_takes_are_no_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, freed: list[str], is_copied: bool
) -> None:
    monkeypatch.setattr(increments, "SMALL_GROWTH", 0)
    last, target = tmp_path / "last", tmp_path / "target"
    for folder in (last, target):
        folder.mkdir()
    with duckdb.connect() as connection:
        file = literal(last / "omni.duckdb")
        version = f"(storage_version '{STORAGE_VERSION}')"
        connection.sql(f"attach {file} as made {version}")
        for name, rows in (("big", 200_000), ("small", 100_000)):
            connection.sql(
                f"create table made.{name} as select hash(i) as x from range({rows}) _(i)"
            )
            connection.sql("checkpoint made")
        for name in freed:
            connection.sql(f"drop table made.{name}")
        connection.sql("checkpoint made")
    # the small one takes a third of the file
    size = (last / "omni.duckdb").stat().st_size
    (last / WHOLE_SIZE).write_text(str(size // 2))
    with DuckDBEngine() as engine:
        for schema in ("changed", "settled"):
            engine.run(f"create schema {schema}")
        engine.run("create table changed.customers (golden_id VARCHAR)")
        engine.run("create table settled.crosswalk (golden_id VARCHAR)")
        assert copy_publication(engine, last, target) is is_copied


def test_questions_that_stay_get_their_new_places() -> None:
    table = published_tables(Vocabulary())["review_queue"]
    fixed = "'why', 'web', 'a', 'web', 'b', 1, 1, 2, ['web'], 0, null, null, [], null, false, [], [], 1.0, 0.6, 1"
    names = ", ".join(
        c.name for c in ASKED_QUESTIONS.columns if not c.name.startswith(("record_no", "golden_id"))
    )
    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as candidate")
        create_changes(engine)
        create_empty(engine, "derived.review_queue", "derived.question_places", "derived.customers")
        create_table(engine, table)

        def ask(places: dict[str, tuple[str, int, int]]) -> None:
            for place in ("review_queue", "question_places"):
                engine.run(f"delete from derived.{place}")
            for number, (question, (kind, priority, settled)) in enumerate(places.items()):
                engine.run(
                    f"insert into derived.review_queue (record_no_l, record_no_r, golden_id_l, golden_id_r, {names})"
                    f" select {number}, 99, 'G{question}', 'G', '{question}', '{kind}', {fixed}"
                )
                engine.run(
                    "insert into derived.question_places (record_no_l, record_no_r, priority, settled_count)"
                    f" values ({number}, 99, {priority}, {settled})"
                )

        def exchange() -> set[str]:
            if note_exchange(engine, table, ["question_id"]):
                exchange_rows(engine, table)
            came = engine.fetch("select question_id from come_review_queue")["question_id"]
            forget_exchanges(engine)
            wanted = f"select {', '.join(c.name for c in table.columns)} from ({QUESTIONS})"
            held = "select * from candidate.main.review_queue"
            assert engine.fetch(
                f"({wanted} except {held}) union all ({held} except {wanted})"
            ).is_empty()
            return set(came)

        ask({"a": ("doubtful_pair", 1, 0), "b": ("doubtful_pair", 2, 0)})
        assert exchange() == {"a", "b"}
        # one comes before them, and an answer to it settles another
        ask(
            {
                "c": ("possible_merge", 1, 1),
                "a": ("doubtful_pair", 2, 1),
                "b": ("over_linked", 3, 0),
            }
        )
        assert exchange() == {"c", "b"}
        engine.run("insert into changed.customers values ('Ga')")
        ask({"a": ("doubtful_pair", 1, 0)})
        assert exchange() == {"a"}
