"""The DuckDB file that consumers open: attached so that older clients read it, its tables as the registry has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.engines.statements import statement
from omni_identity.model.tables import Table
from omni_identity.publish.table_columns import quoted

STORAGE_VERSION = "v1.0.0"
"""Of the published file: what DuckDB 2 writes by itself opens in no client of before."""
STORAGE_NUMBER = 64
"""What the header of a file in that version says."""
KEYED_ROWS = 50_000
"""Rows up to which a table's key is declared. DuckDB backs every key by an index: at a million contacts those of
the crosswalk, the interactions and the lineage took 22 s, made 206 MB into 655, and a night's exchange 5 times
as long. The figures of a home of 3,000 customers are beyond it: their two keys of six columns each were a quarter
of its file and of the time to write it."""


@contextmanager
def new_file(engine: DuckDBEngine, file: Path, name: str) -> Iterator[None]:
    """Lend a published file that is not there yet as the database ``name``; it is whole afterwards."""
    run_attached = f"attach {literal(file)} as {name} (storage_version '{STORAGE_VERSION}')"
    with _attached(engine, run_attached, name):
        yield


@contextmanager
def copied_file(engine: DuckDBEngine, file: Path, name: str) -> Iterator[None]:
    """Lend a copy of a published file, to be changed, as the database ``name``; it is whole afterwards."""
    with _attached(engine, f"attach {literal(file)} as {name}", name):
        yield


@contextmanager
def _attached(engine: DuckDBEngine, statement: str, name: str) -> Iterator[None]:
    engine.run(statement)
    try:
        yield
        engine.run(f"checkpoint {name}")
    finally:
        engine.run(f"detach {name}")


def is_of_this_storage(file: Path) -> bool:
    """Whether a DuckDB file was written in the storage version of today; False of what is no such file."""
    with file.open("rb") as opened:
        header = opened.read(20)
    return header[8:12] == b"DUCK" and int.from_bytes(header[12:20], "little") == STORAGE_NUMBER


def create_table(engine: DuckDBEngine, table: Table) -> None:
    """Create or replace a table of the attached ``candidate``, empty and without its key, with its comments."""
    columns = (f'"{c.name}" {c.type}{"" if c.nullable else " not null"}' for c in table.columns)
    target = f"candidate.main.{table.name}"
    engine.run(f"create or replace table {target} ({', '.join(columns)})")
    engine.run(f"comment on table {target} is {literal(table.comment)}")
    for column in table.columns:
        comment = literal(column.published_comment)
        engine.run(f'comment on column {target}."{column.name}" is {comment}')


def declare_key(engine: DuckDBEngine, table: Table) -> None:
    """Declare the key of a filled table of the attached ``candidate``, unless rows of it share theirs.

    An index over rows that are there takes a seventh less of the whole file's time than one that grows with them.
    """
    try:
        engine.run(f"alter table candidate.main.{table.name} add primary key ({key_of(table)})")
    except duckdb.Error as error:
        if not breaks_key(error):
            raise


def key_of(table: Table) -> str:
    """The columns of a table's key, as SQL lists them."""
    return quoted(table.key)


def held_as_declared(
    engine: DuckDBEngine, tables: Collection[Table], keyed: Collection[str]
) -> set[str]:
    """Names of those tables that the attached ``candidate`` holds as the registry has them now.

    Types, comments and keys are compared; ``keyed`` are the tables whose keys are to be declared.
    """
    held: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    found = engine.fetch(statement(__file__, "held_columns"))
    for name, *column in found.iter_rows():
        held[name].append(tuple(column))
    columns = [(table, column) for table in tables for column in table.columns]
    casts = ", ".join(f"cast(null as {column.type})" for _, column in columns)
    # DuckDB's own spelling of the types
    types = engine.fetch(f"select column_type from (describe select {casts})")["column_type"]
    wanted: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for (table, declared), kind in zip(columns, types, strict=True):
        wanted[table.name].append(
            (table.comment, declared.name, kind, declared.published_comment, declared.nullable)
        )
    keys = declared_keys(engine)
    return {
        table.name
        for table in tables
        if held[table.name] == wanted[table.name]
        and keys.get(table.name) == (list(table.key) if table.name in keyed else None)
    }


def declared_keys(engine: DuckDBEngine) -> dict[str, list[str]]:
    """The columns of the keys that the attached ``candidate`` declares, by table: DuckDB lets none stand twice."""
    return dict(
        engine.fetch(
            "select table_name, constraint_column_names from duckdb_constraints()"
            " where database_name = 'candidate' and constraint_type = 'PRIMARY KEY'"
        ).iter_rows()
    )


def breaks_key(error: duckdb.Error) -> bool:
    """Whether a statement failed because rows share what is, or is to be, a key."""
    words = str(error).lower()
    return isinstance(error, duckdb.ConstraintException) and (
        "duplicate key" in words or "duplicates on indexed column" in words
    )
