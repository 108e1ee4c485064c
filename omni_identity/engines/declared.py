"""Creates tables of the warehouse as the registry declares them."""

from __future__ import annotations

from collections.abc import Iterable

from omni_identity.engines.base import Engine
from omni_identity.model.tables import Table


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
            columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
            engine.run(f"create table if not exists {table.full_name} ({columns})")
            continue
        for column in table.without(*held[table.full_name]):
            engine.run(f'alter table {table.full_name} add column "{column.name}" {column.type}')
