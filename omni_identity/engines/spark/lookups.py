"""Answers queries on small tables at once, on the driver: a look-up in a list of files needs no cluster.

The tables are the same Parquet files, read by DuckDB, whose SQL ours is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import polars as pl
import pyarrow.dataset as dataset

from omni_identity.engines.base import Parameters
from omni_identity.engines.literals import identifier
from omni_identity.engines.spark.store import StoredTable

MOST_ROWS = 10_000
"""Rows that all tables of a query may have together."""


class Lookups:
    """Small tables for queries; ``files_of`` gives a table's files as a dataset."""

    def __init__(self, files_of: Callable[[StoredTable], dataset.Dataset]) -> None:
        self._files_of = files_of
        self._shown: dict[str, StoredTable] = {}
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("set timezone = 'UTC'")

    def fetch(
        self, sql: str, parameters: Parameters | None, tables: dict[str, StoredTable]
    ) -> pl.DataFrame:
        """Return the result of a query that reads ``tables``."""
        for name, table in tables.items():
            self._show(name, table)
        rows = self._connection.sql(sql, params=dict(parameters or {})).to_arrow_table()
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def forget(self, names: Iterable[str]) -> None:
        """Let go of tables that are there no more."""
        for name in names:
            if self._shown.pop(name, None) is not None:
                self._connection.execute(f"drop view if exists {_quoted(name)}").fetchall()

    def _show(self, name: str, table: StoredTable) -> None:
        if self._shown.get(name) is table:
            return
        plain = name.replace(".", "__")
        rows = self._files_of(table).to_table()
        self._connection.register(f"rows_of_{plain}", rows)
        passing = "" if "." in name else "temp "
        if "." in name:
            schema = name.partition(".")[0]
            self._connection.execute(f'create schema if not exists "{schema}"').fetchall()
        self._connection.execute(
            f'create or replace {passing}view {_quoted(name)} as select * from "rows_of_{plain}"'
        ).fetchall()
        self._shown[name] = table

    def close(self) -> None:
        """Let everything go."""
        self._connection.close()


def _quoted(name: str) -> str:
    return ".".join(identifier(part) for part in name.split("."))
