"""What our statements do on Spark is what they do on DuckDB: compared by results, not by SQL."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine, Engine, FolderEngine
from omni_identity.engines.moving import move_rows
from omni_identity.linkage.lots import lot

PEOPLE = pl.DataFrame(
    {
        "id": [1, 2, 3, 4, 5, 6],
        "team": ["a", "a", "b", "b", None, "b"],
        "name": ["Zoë", None, "Bob", "Al", "", "O'Neil \\ x"],
        "score": [2.5, None, -1.0, 7.25, 0.0, 6.5],
        "tags": [["x", "y"], [], None, ["y"], ["z", "x"], ["x"]],
        "seen_at": [datetime(2026, 3, day, 23, 59, 59, 500_000) for day in (1, 8, 8, 29, 30, 31)],
    }
)
DECLARED = (
    "create or replace table s.people (id BIGINT, team VARCHAR, name VARCHAR, score DOUBLE,"
    " tags VARCHAR[], seen_at TIMESTAMP)"
)


@pytest.fixture(scope="module")
def both(spark_session: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session
    from tests.engines.spark.conftest import SMALL

    folder = tmp_path_factory.mktemp("both")
    session = open_session("local[2]", SMALL, str(folder / "spark"))
    with (
        DuckDBEngine() as duck,
        SparkEngine(session, folder / "spark.json", driver_rows=0) as spark,
    ):
        yield duck, spark


@pytest.fixture
def engines(both: Any) -> tuple[Engine, Engine]:
    for engine in both:
        engine.run("create schema if not exists s")
        engine.run(DECLARED)
        engine.write("s.people", PEOPLE)
    return both[0], both[1]


QUERIES = [
    "select id, bool_or(name is null) over (partition by team order by id rows between 1 following and unbounded"
    " following) as later from s.people order by id",
    "select id, unnest(list_filter(tags, lambda x: list_contains(['x', 'y'], x))) as tag from s.people order by 1, 2",
    "select team, arg_max(name, score) as best, arg_min(name, score) as worst from s.people group by team",
    "select team, list(id order by score desc, id) as ids, list(name order by id) as names from"
    " s.people group by all",
    "select list(id) filter (where id > 99) as none, list(id order by id) filter (where id > 3) as"
    " some from s.people",
    "select team, any_value(score) as any_score, max((score, id)) is not null as has_row from s.people group by team",
    "select id from s.people order by score, id",
    "select a, b, jaro_winkler_similarity(a, b) as alike, jaro_winkler_similarity(a, b) >= 0.9 as is_alike"
    " from s.people join (values ('alkestis', 'alkistis'), ('haley', 'hayley'), ('baerbel', 'barbel'), ('a', 'b'),"
    " ('', 'x'), ('x', ''), ('', ''), ('same', 'same'), ('joergen', 'jorgen'), ('abc', 'abcd'),"
    " ('martha', 'marhta'), ('dixon', 'dicksonx'), ('ab', 'ba'), ('amanda', 'amnda')) names(a, b) on id = 1",
    "select id, (id * 36 + 136746 + 18) // 36 / 100 as hours, (id * 5 + 18) // 36 / 100 as short from s.people",
    f"select id, {lot(7, 'id')} as one, {lot(7, 'id * 1000000007', 'id + 3')} as two from s.people",
    "select id, row_number() over (order by team, score desc, id) as place from s.people",
    "select * from s.people qualify row_number() over (partition by team order by id) = 1",
    "select id, tags[1] as head, tags[-1] as tail, len(tags) as n, length(name) as letters from s.people",
    "select id, list_transform(tags, lambda x: x || '!') as t, list_filter(tags, lambda x: x <>"
    " 'x') as f from s.people",
    "select id, [upper(x) for x in tags if x <> 'y'] as c, list_contains(tags, 'x') as has_x from s.people",
    "select id, list_has_any(tags, ['x', 'q']) as any_of, list_has_all(tags, ['x', 'y']) as all_of from s.people",
    "select id, unnest(tags) as tag from s.people where tags is not null",
    "select id // 4 as whole, id / 4 as part, id % 4 as rest  from s.people",
    "select team, score from s.people where (team, score) in (select (team, max(score)) from s.people group by team)",
    "select row(team, score) is distinct from row('a', 2.5) as other, id from s.people",
    "select p.id from s.people p semi join (select 'a' as team) t using (team)",
    "select id from s.people anti join (select 2 as id) t using (id)",
    "select p.*, t.size from s.people p left join (select team, count(*) as size from s.people group by team) t"
    " using (team) where team is null or team <> 'x'",
    "select * from s.people join (select 2 as id, 'b' as other) t using (id)",
    "select id from s.people where id not in (select id from s.people where team = 'a') or score is null",
    "select id from s.people where (team, id) not in (select ('b', 3))",
    "select id from s.people where team is null or not (score > 0 and (team, id) in (select (team, id) from s.people"
    " where id <> 3))",
    "select id, count(*) filter (where score > 0) over (partition by team) as n, max(name) filter (where id > 2) over ("
    "partition by team) as m from s.people",
    "select * exclude (twice) from (select *, team || team as twice from s.people) p join (with t as (select 2 as id,"
    " 'b' as other, 1 as more), u as (select * exclude (more) from t) select * exclude (id), id as id from u) o"
    " using (id)",
    "select id, coalesce(score, 1.5) + 0.25 as more, 0.1 + 0.2 as sum, round(score * 10 / 3, 3) as"
    " third from s.people",
    "select id, strftime(seen_at, '%Y-%m-%d') as day, date_trunc('week', seen_at) as week,"
    " seen_at::date as d from s.people",
    "select id, date_diff('day', timestamp '2026-03-08 00:00:00', seen_at) as days from s.people",
    "select id, seen_at + to_days(2) as later, seen_at - to_hours(5) as before, extract(hour from"
    " seen_at) as hour from s.people",
    "select id, date_diff('hour', seen_at, timestamp '2026-03-09 01:00:00') as hours,"
    " epoch(seen_at) as seconds from s.people",
    "select id, (seen_at at time zone 'UTC') at time zone 'America/New_York' as local from s.people",
    "select id, name = 'O''Neil \\ x' as is_it, regexp_replace(name, '[aeiou]', '', 'g') as bare from s.people",
    "select id, split_part(name, '''', 1) as head, left(name, 2) as l, right(name, 2) as r, replace(name, 'l', '') as x"
    " from s.people",
    "select id, starts_with(name, 'B') as b, suffix(name, 'x') as x, contains(name, 'ob') as ob from s.people",
    "select count(*) filter (where score > 0) as n, sum(id)::bigint as total, bit_or(1::bigint <<"
    " id) as bits from s.people",
    "select string_agg(name, ', ' order by id desc) as names, count(distinct team) as teams from s.people",
    "select x, y from (values (1, 'a'), (2, null)) v(x, y)",
    "select id, greatest(score, 1) as g, least(score, id) as l, case when team = 'a' then 1.5 end as c from s.people",
    "select team, sum(score) over (partition by team order by id rows between unbounded preceding"
    " and 1 preceding) as s, id from s.people",
    "select id, lag(score) over (order by id) as before, score is not distinct from null as is_null from s.people",
    "select median(score) as m, quantile_cont(score, 0.25) as q, avg(score) as a from s.people",
    "select * exclude (tags, seen_at) from s.people where name ilike '%o%'",
    "select unnest($numbers::integer[]) as n, $text::varchar as t, $moment::timestamp as m",
    "select {'k': id, 'v': team} as pair from s.people",
    "select count(*) as n, sum(k)::bigint as total from (select unnest(range($many)) as k) numbers",
    "select min(hash(k, 7) % 5) >= 0 as from_zero, max(hash(k, 7) % 5)::bigint as most"
    " from (select unnest(range($many)) as k) numbers",
    "select team from s.people union select 'c' except select 'a'",
    "select 'infinity'::double as i, -'infinity'::double as m, pow(2, -score) as p, log2(score + 2)"
    " as l from s.people",
    "select jaro_winkler_similarity('martha', 'marhta') as j, damerau_levenshtein('ab', 'ba') as d",
]  # fmt: skip
PARAMETERS = {
    "many": 100,
    "numbers": [3, 1],
    "text": "it's \\ ü",
    "moment": datetime(2026, 1, 2, 3, 4, 5),
}


def plain(frame: pl.DataFrame) -> list[Any]:
    """Rows as values that compare: in any order, whole numbers and decimals alike, floats to 1e-9."""

    def value(x: Any) -> Any:
        if isinstance(x, list):
            return tuple(value(y) for y in x)
        if isinstance(x, dict):
            return tuple((k, value(y)) for k, y in x.items())
        if isinstance(x, Decimal):
            x = float(x)
        if isinstance(x, float):
            return round(x, 9)
        return x

    return sorted((tuple(value(x) for x in row) for row in frame.iter_rows()), key=repr)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_has_the_same_result(engines: tuple[Engine, Engine], query: str) -> None:
    used = {name: value for name, value in PARAMETERS.items() if f"${name}" in query}
    duck, spark = (engine.fetch(query, used) for engine in engines)
    assert duck.columns == spark.columns
    assert plain(spark) == plain(duck)


def test_an_order_is_the_same(engines: tuple[Engine, Engine]) -> None:
    duck, spark = (
        e.fetch("select id from s.people order by team desc, score, id") for e in engines
    )
    assert spark.rows() == duck.rows()


STATEMENTS = [
    "delete from s.people where id in (select id from s.people where team = 'a')",
    "delete from s.people where score > 0",
    "delete from s.people where (team, id) in (select ('b', 3))",
    "delete from s.people where id not in (select 1 union select 2)",
    "delete from s.people using (select 'b' as team) gone where gone.team = people.team",
    "delete from s.people",
    "update s.people set score = 0, name = name || '?' where team = 'b'",
    "update s.people set score = other.new from (select 2 as id, 9.5 as new) other where people.id = other.id",
    "insert into s.people by name select 7 as id, 'c' as team",
    "insert into s.people (team, id) values ('d', 8), (null, 9)",
    "insert into s.people select id + 10, team, name, score, tags, seen_at from s.people where id < 3",
    "insert into s.people by name with m as (select max(id) + 1 as id from s.people) select id, [] as tags from m",
    "create or replace table s.people as select * from s.people where id > 2",
    "alter table s.people add column if not exists extra VARCHAR[]",
    "truncate s.people",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_leaves_the_same_rows(engines: tuple[Engine, Engine], statement: str) -> None:
    for engine in engines:
        engine.run(statement)
    duck, spark = (engine.fetch("select * from s.people") for engine in engines)
    assert duck.columns == spark.columns
    assert plain(spark) == plain(duck)


def test_a_transaction_that_raises_changes_nothing(engines: tuple[Engine, Engine]) -> None:
    _, spark = engines

    def change_and_fail() -> None:
        with spark.transaction():
            spark.run("delete from s.people where id < 4")
            spark.run("create or replace table s.other as select 1 as x")
            spark.run("create or replace temp table passing as select 1 as x")
            assert spark.fetch("select count(*) as n from s.people")["n"][0] == 3
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert spark.fetch("select id from s.people order by id")["id"].to_list() == [1, 2, 3, 4, 5, 6]
    assert "s.other" not in spark.columns()


def test_frames_and_files_come_and_go(engines: tuple[Engine, Engine], tmp_path: Any) -> None:
    _, spark = engines
    spark.write_file("select id, name from s.people order by id desc", tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet")["id"].to_list() == [6, 5, 4, 3, 2, 1]
    spark.read_file(tmp_path / "x.parquet", 's."read back"')
    assert spark.columns()["s.read back"] == ["id", "name"]
    spark.create_like("s.empty", "select id, tags from s.people")
    spark.run("insert into s.empty by name select id from s.people where id = 1")
    assert spark.fetch("select * from s.empty").rows() == [(1, None)]
    with pytest.raises(ValueError, match="no column"):
        spark.write("s.empty", pl.DataFrame({"nobody": [1]}))


def test_an_attached_publication_shows_its_tables_and_no_others(
    engines: tuple[Engine, Engine], tmp_path: Any
) -> None:
    _, spark = engines
    assert isinstance(spark, FolderEngine)
    assert spark.write_tables({"persons": "select id, name from s.people"}, tmp_path) == {
        "persons": 6
    }
    with spark.attached(tmp_path, "published"):
        assert spark.columns("published") == {"main.persons": ["id", "name"]}
        assert spark.fetch("select count(*) as n from published.main.persons")["n"][0] == 6
        assert "s.people" in spark.columns()
        assert "published.persons" not in spark.columns()
    assert spark.columns("published") == {}


def test_groups_are_handed_over_whole(engines: tuple[Engine, Engine]) -> None:
    results = []
    for engine in engines:
        engine.run("create or replace table s.sizes (team VARCHAR, n BIGINT)")

        def count(rows: pl.DataFrame) -> pl.DataFrame:
            return rows.group_by("team").agg(pl.len().cast(pl.Int64).alias("n"))

        engine.map_groups(
            "select team, id from s.people where team is not null", "team", count, "s.sizes"
        )
        results.append(plain(engine.fetch("select * from s.sizes")))
    assert results[0] == results[1] == [("a", 2), ("b", 3)]


def test_a_table_takes_the_place_and_the_name_of_another(engines: tuple[Engine, Engine]) -> None:
    for engine in engines:
        engine.run("create or replace table s.old_rows as select 0 as id")
        engine.run("create or replace table s.new_rows as select id from s.people where id > 4")
        engine.rename("s.new_rows", "s.old_rows")
        found = engine.fetch("select id from s.old_rows order by id")["id"].to_list()
        assert found == [5, 6]
        assert "s.new_rows" not in engine.columns()
        engine.run("create or replace table s.new_rows as select 7 as id")
        move_rows(engine, "s.new_rows", "s.old_rows")
        assert engine.fetch("select count(*) as n from s.old_rows")["n"][0] == 3
        engine.run("drop table s.old_rows")
