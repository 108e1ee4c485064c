"""Shows the tables of a Spark warehouse to DuckDB, read-only and without Spark: they are Parquet files."""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines.duckdb import DuckDBEngine
from omni_identity.engines.literals import identifier
from omni_identity.engines.spark.files import query_for
from omni_identity.engines.spark.record import read_record


def show_tables(engine: DuckDBEngine, record: Path, name: str) -> None:
    """Attach a database ``name`` whose views are the tables of the last commit, as ``record`` has them.

    Their files must stay while they are read: hold the warehouse's lock.
    """
    engine.run(f"attach ':memory:' as {identifier(name)}")
    for table, state in read_record(record).items():
        schema, _, plain = table.partition(".")
        engine.run(f"create schema if not exists {identifier(name)}.{identifier(schema)}")
        place = ".".join(identifier(part) for part in (name, schema, plain))
        rows = query_for(engine.connection, state.metadata)
        engine.run(f"create view {place} as {rows}")
