"""SQL that is not ours sees the relations lent to it, whole, and reaches nothing else even when nobody has read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine, EnclosedQueryFailed
from omni_identity.engines.enclosure import DuckDBEnclosure

RELATIONS = {
    "visits": "select * from derived.visits",
    "people": "select id, name from derived.people",
    "settings": "select 3 as days",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    with DuckDBEngine(tmp_path / "warehouse.duckdb", "400MB") as engine:
        engine.run("create schema derived")
        engine.run(
            "create table derived.visits as select range as no, range % 7 as id,"
            " timestamp '2026-03-01' + to_hours(range) as seen_at, ['web', 'app'] as ways,"
            " case when range % 3 = 0 then 'x' end as note from range(200)"
        )
        engine.run(
            "create table derived.people as select range as id, 'Person ' || range as name,"
            " 'secret' as secret from range(7)"
        )
        yield engine


@pytest.mark.parametrize(
    "sql",
    [
        "select id, max(seen_at) as seen_at from visits, settings where note = 'x' and days > 0 group by id",
        "select count(*) as n from visits",
        "select count(*) as n, count(note) as noted from visits",
        "select no from visits natural join people",
        "select name from people, settings where id in (select id from visits where no > 190 + days)",
        "select name from people p where exists (select 1 from visits v where v.id = p.id and v.no > 190)",
        "select distinct v as whole from visits v",
        "select no from (select *, row_number() over (partition by id order by seen_at) as n from visits) where n = 2",
        "select no from (from visits union all by name select id as no from people)",
        "with recursive t(n) as (select 0 union all select n + 1 from t where n < 5) select name from people, t"
        " where id = n",
        "select unnest(ways) as way, no from visits order by no limit 5",
        "select columns('^n.*') from visits",
        "from (pivot visits on note in ('x') using count(*) group by id)",
        "(select id from visits except select id from people where id < 3)",
        "select name from people, settings where 1 = 0",
        "with a as materialized (from visits) select x.no from a x join a y on x.no = y.id",
        "select (select max(no) from visits where id = people.id) as most, id from people",
        "select 1 as one from visits, people limit 3",
    ],
)  # fmt: skip
def test_a_query_gives_what_it_would_give_on_the_tables_themselves(
    engine: DuckDBEngine, sql: str
) -> None:
    lent = ", ".join(f"{name} as ({query})" for name, query in RELATIONS.items())
    expected = f"with {lent} select * from ({sql}) q"
    engine.create_like("found", expected)
    with engine.enclosed(RELATIONS) as enclosure:
        enclosure.columns("select name from people")  # another's needs do not disturb
        assert enclosure.columns(sql) == engine.fetch(f"{expected} limit 0").columns
        enclosure.append(sql, "found", 60)
    alike = engine.fetch(f"select count(*) from ((from found except all ({expected}))"
                         f" union all (({expected}) except all from found))")  # fmt: skip
    assert alike.item() == 0


def run_unread(enclosure: DuckDBEnclosure, sql: str) -> None:
    """As if the look at the rule had let it through."""
    enclosure.columns("select name as n from people limit 0")
    enclosure.append("select name as n from people limit 0", "found", 60)
    enclosure._known.add(sql)
    enclosure.append(sql, "found", 60)


@pytest.mark.parametrize(
    "sql",
    [
        "select content as n from read_text('/etc/hostname')",
        "select * from read_csv('/etc/passwd')",
        "from glob('/*')",
        "from '/etc/passwd'",
        "select secret as n from people",
        "select * from derived.people",
        "with x as (delete from held.people returning id) select id as n from x",
        "with x as (insert into held.people values (1, 'x') returning id) select id as n from x",
        "set memory_limit = '1TB'",
        "set lock_configuration = false",
        "attach '/tmp/doors.duckdb' as x",
        "copy people to '/tmp/people.csv'",
        "load httpfs",
        "install httpfs",
        "from parquet_metadata('x.parquet')",
    ],
)
def test_the_locked_connection_reaches_nothing_even_unread(engine: DuckDBEngine, sql: str) -> None:
    engine.run("create table found (n varchar)")
    with engine.enclosed(RELATIONS) as enclosure, pytest.raises(EnclosedQueryFailed):
        run_unread(enclosure, sql)
    assert engine.fetch("select count(*) from found").item() == 0
    assert engine.fetch("select count(*) from derived.people").item() == 7


@pytest.mark.parametrize(
    "sql",
    [
        "with recursive t(n) as (select 1 union all select 1 from t) select count(*) as n from t",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select n from t",
        "select sum(a.range * b.range) as n from range(10000000000) a, range(1000000000) b",
    ],
)
def test_an_endless_query_ends(engine: DuckDBEngine, sql: str) -> None:
    engine.run("create table found (n hugeint)")
    with engine.enclosed(RELATIONS) as enclosure:
        for query in (sql, "select 1 as n from people"):
            enclosure.columns(query)
        with pytest.raises(
            EnclosedQueryFailed, match=r"ran longer than 1 seconds|needs more memory"
        ):
            enclosure.append(sql, "found", 1)
        # and the next one has its own time
        enclosure.append("select 1 as n from people", "found", 60)
    assert engine.fetch("select count(*) from found where n = 1").item() >= 7


def test_what_takes_too_much_memory_is_said_without_harm(engine: DuckDBEngine) -> None:
    engine.run("create table found (n varchar[])")
    sql = "select list(range::varchar || 'x') as n from range(100000000)"
    with engine.enclosed(RELATIONS) as enclosure:
        enclosure.columns(sql)
        with pytest.raises(EnclosedQueryFailed, match="needs more memory or disk"):
            enclosure.append(sql, "found", 60)


def test_a_value_is_never_quoted(engine: DuckDBEngine) -> None:
    engine.run("create table found (n integer)")
    with engine.enclosed(RELATIONS) as enclosure:
        enclosure.columns("select name::integer as n from people")
        with pytest.raises(EnclosedQueryFailed) as caught:
            enclosure.append("select name::integer as n from people", "found", 60)
    assert "Person" not in str(caught.value)
