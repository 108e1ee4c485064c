"""What the published file says of its tables: keys, NOT NULL, comments with the PII class, in Parquet too."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Column, Table, published_tables
from omni_identity.publish import build
from omni_identity.publish.declared_tables import (
    STORAGE_VERSION,
    copied_file,
    create_table,
    declare_key,
    held_as_declared,
    is_of_this_storage,
    new_file,
)
from tests.worlds import World, person

PAIRS = Table(
    "pairs",
    "Pairs of numbers.",
    (
        Column("a", "VARCHAR", "The first; it's text.", "personal", nullable=False),
        Column("b", "INTEGER", "The second.", nullable=False),
        Column("c", "DECIMAL(18,2)", "An amount."),
    ),
    ("a", "b"),
)


def keys(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "select table_name, constraint_column_names from duckdb_constraints()"
        " where constraint_type = 'PRIMARY KEY'"
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}


def read_keys(world: World) -> dict[str, tuple[str, ...]]:
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        return keys(connection)


def test_no_column_of_a_key_is_ever_null() -> None:
    nullable = [
        (table.name, column.name)
        for table in published_tables(Vocabulary(consents=("email",))).values()
        for column in table.columns
        if column.name in table.key and column.nullable
    ]
    assert nullable == []


def test_every_table_declares_its_key(town_after_one_night: World) -> None:
    vocabulary = load_configuration(town_after_one_night.home.configuration).vocabulary
    wanted = {table.name: table.key for table in published_tables(vocabulary).values()}
    assert read_keys(town_after_one_night) == wanted


def test_every_column_names_its_pii_class(town_after_one_night: World) -> None:
    comments = town_after_one_night.read(
        "select table_name, column_name, comment from duckdb_columns() where not internal"
    )
    said = {(table, column): comment for table, column, comment in comments.iter_rows()}
    assert len(said) > 300
    for place, comment in said.items():
        assert re.search(r"\w.* \[PII: (none|pseudonymous|personal|text)\]$", comment), place
    assert said["unified_profiles", "email"].endswith("[PII: personal]")
    assert said["crosswalk", "golden_id"].endswith("[PII: pseudonymous]")
    assert said["crosswalk", "channel"].endswith("[PII: none]")


def test_a_profile_has_its_first_email_and_phone_beside_the_lists(world: World) -> None:
    both = (
        "select golden_id, primary_email, email[1], primary_phone, phone[1] from unified_profiles"
    )
    first = world.read(f"{both} order by golden_id")
    assert first["primary_email"].to_list() == first["email[1]"].to_list()
    assert first["primary_phone"].to_list() == first["phone[1]"].to_list()
    assert first["primary_email"].null_count() == 0
    newer = person(35, email="new.address@gmail.com", changed="2026-03-02T00:00:00Z")
    nobody = person(50, email="", phone="")
    world.deliver("web", "2026-03-02", [newer, nobody])
    world.run()
    changed = world.read(f"{both} order by golden_id")
    assert changed["primary_email"].to_list() == changed["email[1]"].to_list()
    assert changed["primary_phone"].to_list() == changed["phone[1]"].to_list()
    assert "new.address@gmail.com" in changed["primary_email"].to_list()
    assert changed["primary_email"].null_count() == 1


def test_parquet_files_carry_the_comments_where_arrow_has_them(town_after_one_night: World) -> None:
    vocabulary = load_configuration(town_after_one_night.home.configuration).vocabulary
    for table in published_tables(vocabulary).values():
        file = town_after_one_night.home.published / "parquet" / f"{table.name}.parquet"
        schema = pq.read_schema(file)
        assert schema.metadata[b"comment"].decode() == table.comment
        said = {field.name: field.metadata[b"comment"].decode() for field in schema}
        assert said == {column.name: column.published_comment for column in table.columns}
        assert pq.read_table(file).num_rows == pl.read_parquet(file).height


def test_columns_of_parquet_are_of_the_types_of_the_file(town_after_one_night: World) -> None:
    home = town_after_one_night.home
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            parquet = literal(home.published / "parquet" / f"{name}.parquet")
            described = connection.execute(f"describe from {parquet}").fetchall()
            wanted = connection.execute(f"describe {name}").fetchall()
            assert [row[:2] for row in described] == [row[:2] for row in wanted], name


def test_a_table_is_held_as_declared_until_anything_of_it_is_declared_otherwise(
    tmp_path: Path,
) -> None:
    file = tmp_path / "omni.duckdb"
    with DuckDBEngine() as engine:
        with new_file(engine, file, "candidate"):
            create_table(engine, PAIRS)
            declare_key(engine, PAIRS)
        other = [
            Table("pairs", "Other words.", PAIRS.columns, PAIRS.key),
            Table("pairs", PAIRS.comment, PAIRS.columns[:2], PAIRS.key),
            Table("pairs", PAIRS.comment, PAIRS.columns, ("b", "a")),
            Table(
                "pairs",
                PAIRS.comment,
                (
                    Column("a", "VARCHAR", "The first; it's text.", nullable=False),
                    *PAIRS.columns[1:],
                ),
                PAIRS.key,
            ),
            Table(
                "pairs",
                PAIRS.comment,
                (*PAIRS.columns[:2], Column("c", "DECIMAL(18,2)", "An amount.", nullable=False)),
                PAIRS.key,
            ),
        ]
        with copied_file(engine, file, "candidate"):
            assert held_as_declared(engine, [PAIRS], {"pairs"}) == {"pairs"}
            assert held_as_declared(engine, [PAIRS], set()) == set()
            for table in other:
                assert held_as_declared(engine, [table], {"pairs"}) == set(), table
            create_table(engine, PAIRS)
            assert held_as_declared(engine, [PAIRS], {"pairs"}) == set()
            assert held_as_declared(engine, [PAIRS], set()) == {"pairs"}


def test_a_file_of_another_storage_version_is_known(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    with DuckDBEngine() as engine:
        with new_file(engine, tmp_path / "new" / "omni.duckdb", "candidate"):
            create_table(engine, PAIRS)
            declare_key(engine, PAIRS)
        engine.run(f"attach {literal(tmp_path / 'old' / 'omni.duckdb')} as former_kind")
        engine.run("create table former_kind.t (a int)")
        engine.run("detach former_kind")
        assert is_of_this_storage(tmp_path / "new" / "omni.duckdb")
        assert not is_of_this_storage(tmp_path / "old" / "omni.duckdb")


def storage_of(world: World) -> str:
    tags = world.read(
        "select tags['storage_version'] as v from duckdb_databases() where database_name = 'omni'"
    )
    return str(tags["v"][0])


def test_a_publication_of_another_storage_version_is_written_anew(world: World) -> None:
    file = world.home.published_file.resolve()
    with DuckDBEngine() as engine:
        engine.run(f"attach {literal(file)} as former (read_only)")
        engine.run(f"attach {literal(file.with_name('newer'))} as newer")
        engine.run("copy from database former to newer")
    file.with_name("newer").rename(file)
    assert not storage_of(world).startswith(STORAGE_VERSION)
    world.deliver("web", "2026-03-02", [person(60)])
    world.run()
    assert storage_of(world).startswith(STORAGE_VERSION)
    assert len(world.customers()) == 41


def test_tables_with_many_rows_declare_no_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "KEYED_ROWS", 45)
    world.deliver("web", "2026-03-02", [person(60)])
    world.run()
    declared = read_keys(world)
    assert "unified_profiles" in declared
    assert "crosswalk" not in declared
    assert len(world.customers()) == 41


def test_rows_that_share_a_key_are_left_to_the_check_of_keys(tmp_path: Path) -> None:
    table = Table("twins", "Rows that are there twice.", PAIRS.columns, PAIRS.key)

    with DuckDBEngine() as engine, new_file(engine, tmp_path / "omni.duckdb", "candidate"):

        def fill() -> None:
            engine.run("insert into candidate.main.twins select 'a', 1, 2 from range(2)")

        build._write_table(engine, table, True, fill)
        assert engine.fetch("select count(*) as n from candidate.main.twins")["n"].to_list() == [2]
        assert held_as_declared(engine, [table], set()) == {"twins"}
