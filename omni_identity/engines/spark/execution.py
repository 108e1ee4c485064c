"""Executes a statement that is no query."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from omni_identity.engines.base import Parameters
from omni_identity.engines.spark.columns import arrow_schema, schema_of
from omni_identity.engines.spark.rows import constant, order_by_name
from omni_identity.engines.spark.statements import Statement, spark_name
from omni_identity.engines.spark.tables import SparkTables


def execute(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    """Execute a statement that is no query. ``ValueError`` for one that does not fit the tables."""
    _ACTIONS[statement.kind](tables, statement, parameters)


def _create(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    if not _stands(tables, statement):
        tables.create(statement.target, statement.columns)


def _stands(tables: SparkTables, statement: Statement) -> bool:
    """Whether the table is there already, and may be. Raises ``ValueError`` if it must not."""
    if statement.target not in tables or not statement.is_new:
        return False
    if not statement.is_tolerant:
        raise ValueError(f"there is a table {statement.target} already")
    return True


def _create_as(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    if not _stands(tables, statement):
        tables.create_as(statement.target, tables.query(statement, parameters))


def _insert(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    if statement.values:
        tables.write(statement.target, _constants(tables, statement, parameters))
        return
    names = tables[statement.target].names
    rows = tables.query(statement, parameters)
    if statement.by_name:
        rows = order_by_name(rows, names)
    elif statement.columns:
        rows = order_by_name(rows.toDF(*(name for name, _ in statement.columns)), names)
    tables.append(statement.target, rows)


def _constants(
    tables: SparkTables, statement: Statement, parameters: Parameters | None
) -> pa.Table:
    stored = tables[statement.target]
    names = [name for name, _ in statement.columns] or stored.names
    schema = arrow_schema(schema_of(stored.columns))
    rows = [
        dict(zip(names, (constant(e, parameters) for e in row), strict=False))
        for row in statement.values
    ]
    fields = [schema.field(name) for name in names[: len(statement.values[0])]]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _change(tables: SparkTables, statement: Statement, parameters: Parameters | None) -> None:
    """Delete or update rows."""
    stored, idle = tables[statement.target], statement.is_idle_without
    if not stored.rows or (idle in tables and not tables[idle].rows):
        return
    kinds = {name.lower(): kind for name, kind in stored.columns}
    assigned = ", ".join(
        f"`{name}` = CAST({value} AS {kinds[name.lower()]})" for name, value in statement.assigned
    )
    with tables.change(statement.target):
        sql = statement.sql.replace("{assigned}", assigned)
        tables.execute(sql, parameters, statement.stars)


def _truncate(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    tables.create(statement.target, tables[statement.target].columns)


def _drop(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    if statement.target in tables or not statement.is_tolerant:
        tables.drop(statement.target)


def _drop_schema(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    with tables.transaction():
        for name in tables.lasting():
            if name.startswith(f"{statement.target}."):
                tables.drop(name)


def _add_column(tables: SparkTables, statement: Statement, _: Parameters | None) -> None:
    target = statement.target
    ((name, kind),) = statement.columns
    if name.lower() in (known.lower() for known in tables[target].names):
        if not statement.is_tolerant:
            raise ValueError(f"{target} has a column {name} already")
        return
    with tables.change(target):
        tables.execute(f"ALTER TABLE {spark_name(target)} ADD COLUMN `{name}` {kind}")


def _do_nothing(*_: object) -> None:
    """Schemas are made with their first table, and settings mean nothing here."""


_ACTIONS: Mapping[str, Callable[[SparkTables, Statement, Parameters | None], None]] = {
    "create": _create,
    "create_as": _create_as,
    "insert": _insert,
    "change": _change,
    "truncate": _truncate,
    "drop": _drop,
    "drop_schema": _drop_schema,
    "add_column": _add_column,
    "nothing": _do_nothing,
}
