"""Creates tables of the warehouse as the registry declares them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from omni_identity.engines.base import Engine
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table, warehouse_tables


def create_tables(engine: Engine, tables: Iterable[Table]) -> None:
    """Create those of ``tables`` that are not there, empty, with their schemas.

    One that is there gets the columns that it lacks, behind its others: those that a changed ``omni.yaml``
    brings, and those that the registry did not have when it was created.
    """
    tables, held = tuple(tables), engine.columns()
    for schema in dict.fromkeys(table.schema for table in tables):
        engine.run(f"create schema if not exists {schema}")
    for table in tables:
        if table.full_name not in held:
            engine.run(f"create table if not exists {table.full_name} ({_columns(table)})")
            continue
        for column in table.without(*held[table.full_name]):
            engine.run(f'alter table {table.full_name} add column "{column.name}" {column.type}')


def create_missing(engine: Engine, *names: str) -> None:
    """Create those tables that are not there, empty; see ``columns_of`` for ``names``."""
    for name in names:
        engine.run(f"create table if not exists {name} ({columns_of(name)})")


def create_empty(engine: Engine, *names: str) -> None:
    """Create the tables, empty, in the place of those that are there; see ``columns_of`` for ``names``."""
    for name in names:
        engine.run(f"create or replace table {name} ({columns_of(name)})")


@cache
def columns_of(name: str) -> str:
    """The columns of the table ``schema.table`` with their types, as ``create table`` takes them.

    Of tables whose columns do not depend on ``omni.yaml``. Raises ``KeyError`` for one that is in no registry.
    """
    return _columns(warehouse_tables(Vocabulary())[name])


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
