"""Answers queries on small tables at once, on the driver: a look-up in a list of files needs no cluster.

The tables are the same Parquet files, read by DuckDB, whose SQL ours is.
"""

from __future__ import annotations

import duckdb
import polars as pl

from omni_identity.engines.base import Parameters
from omni_identity.engines.literals import identifier
from omni_identity.engines.spark.files import query_for
from omni_identity.engines.spark.formats import TableState

MOST_ROWS = 10_000
"""Rows that all tables of a query may have together."""


class Lookups:
    """Small tables for queries, each read once for every state of it."""

    def __init__(self) -> None:
        self._shown: dict[str, TableState] = {}
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("set timezone = 'UTC'")

    def fetch(
        self, sql: str, parameters: Parameters | None, tables: dict[str, TableState]
    ) -> pl.DataFrame:
        """Return the result of a query that reads ``tables``, ``schema.table`` or, of temporary ones, bare names."""
        for name, state in tables.items():
            self._show(name, state)
        rows = self._connection.sql(sql, params=dict(parameters or {})).to_arrow_table()
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _show(self, name: str, state: TableState) -> None:
        if self._shown.get(name) is state:
            return
        schema, _, plain = name.rpartition(".")
        if schema:
            self._connection.execute(f"create schema if not exists {identifier(schema)}").fetchall()
        passing = "" if schema else "temp "
        place = f"{identifier(schema)}.{identifier(plain)}" if schema else identifier(plain)
        rows = query_for(self._connection, state.metadata)
        self._connection.execute(f"drop table if exists {place}").fetchall()
        self._connection.execute(f"create {passing}table {place} as {rows}").fetchall()
        self._shown[name] = state

    def close(self) -> None:
        """Let everything go."""
        self._connection.close()
