"""What statements do to the tables: every change is a query whose result becomes a new folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema

from omni_identity.engines.base import Parameters
from omni_identity.engines.spark.rows import cast_rows, columns_of, constant, order_by_name
from omni_identity.engines.spark.statements import HIT, Statement
from omni_identity.engines.spark.store import StoredTable
from omni_identity.engines.spark.tables import SparkTables


def change_tables(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    """Execute a statement that is no query. ``ValueError`` for one that does not fit the tables."""
    _ACTIONS[statement.kind](tables, statement, parameters)


def _create(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    if statement.columns:
        if _stands(tables, statement):
            return
        tables.store.put(statement.target, StoredTable(statement.columns))
    else:  # truncate, or delete without a condition
        tables.store.put(statement.target, StoredTable(tables.store[statement.target].columns))


def _stands(tables: SparkTables, statement: Statement) -> bool:
    """Whether the table is there already, and may be. Raises ``ValueError`` if it must not."""
    if statement.target not in tables.store or not statement.is_new:
        return False
    if not statement.is_tolerant:
        raise ValueError(f"there is a table {statement.target} already")
    return True


def _create_as(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    if _stands(tables, statement):
        return
    rows = tables.query(statement, parameters)
    columns = columns_of(rows)
    part = tables.written(cast_rows(rows, tables.schema(columns)))
    parts = (part,) if part.rows else ()
    tables.store.put(statement.target, StoredTable(columns, parts))


def _insert(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    stored = tables.store[statement.target]
    if statement.values:
        tables.write(statement.target, _constants(tables, statement, stored, parameters))
        return
    rows = tables.query(statement, parameters)
    if statement.by_name:
        rows = order_by_name(rows, stored.names)
    elif statement.columns:
        rows = order_by_name(rows.toDF(*(name for name, _ in statement.columns)), stored.names)
    tables.store.append(
        statement.target, tables.written(cast_rows(rows, tables.schema(stored.columns)))
    )
    tables.compact(statement.target)


def _constants(
    tables: SparkTables, statement: Statement, stored: StoredTable, parameters: Parameters | None
) -> pa.Table:
    names = [name for name, _ in statement.columns] or stored.names
    schema = to_arrow_schema(tables.schema(stored.columns), timezone="UTC")
    rows = [
        dict(zip(names, (constant(e, parameters) for e in row), strict=False))
        for row in statement.values
    ]
    fields = [schema.field(name) for name in names[: len(statement.values[0])]]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _replace(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    stored = tables.store[statement.target]
    idle = statement.is_idle_without
    if not stored.rows or (idle in tables.store and not tables.store[idle].rows):
        return
    rows = tables.query(statement, parameters)
    schema = tables.schema(stored.columns)
    if statement.assigned:
        assigned = {name.lower(): i for i, name in enumerate(statement.assigned)}
        rows = rows.select(
            *(
                F.when(F.col(HIT), F.col(f"{HIT}{assigned[name.lower()]}").cast(schema[name].dataType))
                .otherwise(F.col(f"`{name}`"))
                .alias(name)
                if name.lower() in assigned
                else F.col(f"`{name}`")
                for name in stored.names
            )
        )  # fmt: skip
    part = tables.written(cast_rows(rows, schema))
    parts = (part,) if part.rows else ()
    tables.store.put(statement.target, replace(stored, parts=parts))


def _drop(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    if statement.target in tables.store or not statement.is_tolerant:
        tables.store.drop(statement.target)
        tables.hide(statement.target)


def _drop_schema(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    with tables.store.transaction():
        for name in tables.store.tables():
            if name.startswith(f"{statement.target}."):
                tables.store.drop(name)


def _add_column(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    stored = tables.store[statement.target]
    ((name, _kind),) = statement.columns
    if name.lower() in (known.lower() for known in stored.names):
        if not statement.is_tolerant:
            raise ValueError(f"{statement.target} has a column {name} already")
        return
    columns = (*stored.columns, *statement.columns)
    tables.store.put(statement.target, replace(stored, columns=columns))


def _do_nothing(*_: object) -> None:
    """Schemas need no creating, and settings mean nothing here."""


_ACTIONS: Mapping[str, Callable[[SparkTables, Statement, Parameters | None], None]] = {
    "create": _create,
    "create_as": _create_as,
    "insert": _insert,
    "replace": _replace,
    "drop": _drop,
    "drop_schema": _drop_schema,
    "add_column": _add_column,
    "nothing": _do_nothing,
}
