"""A step that touches what it does not declare is stopped, wherever declarations are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.model.home import Home
from omni_identity.pipeline import declared_access
from omni_identity.pipeline.declared_access import UndeclaredAccess, tables_in
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.runner import do_step
from omni_identity.pipeline.step import Outcome, Step
from tests.worlds import CONFIGURATION

Work = Callable[[Engine, RunContext], object]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        for table in ("landed.a", "derived.b", "derived.c"):
            engine.run(f"create schema if not exists {table.partition('.')[0]}")
            engine.run(f"create table {table} (x integer)")
        yield engine


def do(engine: Engine, work: Work, settings: str = "") -> None:
    def run(engine: Engine, context: RunContext) -> Outcome:
        work(engine, context)
        return Outcome()

    step = Step("a_step", "g", "d", "landed.a", "derived.b", settings, run)
    configuration = parse_configuration(yaml.safe_load(CONFIGURATION))
    do_step(engine, RunContext(Home(Path("nowhere")), configuration, "r", utc_now()), step)


def sql(text: str) -> Work:
    return lambda engine, _: engine.run(text)


@pytest.mark.parametrize(
    "text",
    [
        "insert into derived.b select * from landed.a",
        "update derived.b set x = a.x from landed.a a",
        "delete from derived.b where x in (select x from landed.a)",
        "create temp table anything as select * from derived.b",
        "create or replace table derived.b as select 1 as x",
        "create table if not exists derived.b (x integer)",
    ],
)
def test_what_is_declared_is_let_through(engine: DuckDBEngine, text: str) -> None:
    do(engine, sql(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("insert into derived.b select * from derived.c", "reads derived.c"),
        ("delete from derived.b where x in (select x from derived.c)", "reads derived.c"),
        ("insert into landed.a values (1)", "writes landed.a"),
        ("delete from derived.c", "writes derived.c"),
        ("drop table derived.c", "writes derived.c"),
        ("update derived.c set x = 1", "writes derived.c"),
        ("alter table derived.c rename to d", "writes derived.c"),
        ("create or replace table derived.c as select 1 as x", "leaves derived.c"),
        ("create table derived.d as select 1 as x", "leaves derived.d"),
        ("select x from derived.c", "reads derived.c"),
    ],
)
def test_what_is_not_declared_is_refused(engine: DuckDBEngine, text: str, words: str) -> None:
    with pytest.raises(UndeclaredAccess, match=f"a_step {words}"):
        do(engine, sql(text))


def test_a_query_is_seen_whoever_runs_it(engine: DuckDBEngine) -> None:
    with pytest.raises(UndeclaredAccess, match=r"reads derived\.c"):
        do(engine, lambda e, _: e.fetch("select * from derived.c"))
    with pytest.raises(UndeclaredAccess, match=r"reads derived\.c"):
        do(engine, lambda e, _: e.map_batches("from derived.c", lambda f: f, "derived.b"))

    def by_splink(e: Engine, _: RunContext) -> None:
        with e.splink() as splink:
            splink.register("derived.c")

    with pytest.raises(UndeclaredAccess, match=r"reads derived\.c"):
        do(engine, by_splink)


def test_a_table_of_its_own_may_come_and_go(engine: DuckDBEngine) -> None:
    def work(e: Engine, _: RunContext) -> None:
        e.run("drop table if exists derived.part")
        e.run("create table derived.part as select * from landed.a")
        e.run("insert into derived.b select * from derived.part")
        e.run("alter table derived.part rename to other")
        e.run("drop table derived.other")

    do(engine, work)


def test_a_setting_that_is_not_declared_is_refused(engine: DuckDBEngine) -> None:
    do(engine, lambda _, run: run.configuration.linkage.seed, "linkage")
    with pytest.raises(UndeclaredAccess, match="linkage"):
        do(engine, lambda _, run: run.configuration.linkage.seed, "channels")
    with pytest.raises(UndeclaredAccess, match="identifiers"):
        do(engine, lambda _, run: run.configuration.vocabulary, "channels")


def test_nothing_is_refused_where_declarations_are_not_checked(
    engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declared_access, "is_checked", False)
    do(engine, sql("insert into derived.b select * from derived.c"))
    do(engine, lambda _, run: run.configuration.linkage.seed)


def test_a_comment_on_a_macro_touches_no_table() -> None:
    nothing: frozenset[str] = frozenset()
    assert tables_in("comment on macro table m is 'x'") == (nothing,) * 4
