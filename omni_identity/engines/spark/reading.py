"""Shows the tables of a Spark warehouse to DuckDB, read-only and without Spark: they are Parquet files."""

from __future__ import annotations

import pyarrow as pa

from omni_identity.engines.duckdb import DuckDBEngine
from omni_identity.engines.literals import identifier
from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.store import StoredTable, read_manifest
from omni_identity.model.errors import ConfigurationError


def show_tables(engine: DuckDBEngine, warehouse: str, name: str) -> None:
    """Attach a database ``name`` whose views are the tables of the last commit under ``warehouse``.

    The folders must stay while they are read: hold the warehouse's lock.
    """
    folders = Folders(warehouse)
    engine.run(f"attach ':memory:' as {identifier(name)}")
    for table, stored in read_manifest(folders).items():
        schema, _, plain = table.partition(".")
        engine.run(f"create schema if not exists {identifier(name)}.{identifier(schema)}")
        place = ".".join(identifier(part) for part in (name, schema, plain))
        engine.run(f"create view {place} as {_rows_of(engine, folders, stored, f'{name}.{table}')}")


def _rows_of(engine: DuckDBEngine, folders: Folders, table: StoredTable, name: str) -> str:
    """A query for the rows of a table, in the types that DuckDB has for its columns."""
    kinds = {column: _duckdb_type(kind) for column, kind in table.columns}
    parts = [part.folder for part in table.parts]
    there: set[str] = set()
    if parts:
        schema = pa.unify_schemas([folders.schema_of(folder) for folder in parts])
        there = set(schema.names)
        engine.connection.register(f"rows of {name}", folders.files_of(parts, schema))
    columns = ", ".join(
        f"cast({identifier(column) if column in there else 'null'} as {kind}) as {identifier(column)}"
        for column, kind in kinds.items()
    )
    source = f"from {identifier(f'rows of {name}')}" if parts else "where false"
    return f"select {columns} {source}"


def _duckdb_type(kind: str) -> str:
    try:
        from sqlglot import exp
    except ImportError:
        raise ConfigurationError(
            "omni.yaml, engine: 'spark' keeps this home's warehouse, and to read it takes its extra:"
            ' pip install "omni-identity[spark]"'
        ) from None
    return exp.DataType.build(kind, dialect="spark").sql(dialect="duckdb")
