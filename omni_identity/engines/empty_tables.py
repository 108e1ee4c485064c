"""Creates an empty table that is to hold the rows of a query."""

from __future__ import annotations

from omni_identity.engines.base import Engine


def create_empty(engine: Engine, table: str, query: str) -> None:
    """Create ``table``, unless it is there, with the columns of ``query`` and without rows.

    The columns are spelled out. DuckDB 2.0.0 takes ``create table … as select … limit 0`` for a table
    that stays empty: rows that several threads put in within the same transaction, more than a row group
    of them, are counted, but no query finds them before the next checkpoint.
    """
    columns = engine.fetch(f"select column_name, column_type from (describe {query})")
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.iter_rows())
    engine.run(f"create table if not exists {table} ({listed})")
