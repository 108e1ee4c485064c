"""The engine on one machine: a single DuckDB file with one writer, spilling to disk beyond its memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from splink import DuckDBAPI

from omni_identity.engines.base import FrameFunction, Parameters
from omni_identity.model.errors import HomeIsBusy

BATCH_ROWS = 250_000
ROWS_AT_ONCE = 4_000_000
"""Pairs being compared are wide: so many take some 2.5 GB of memory, or of disk beyond its limit."""
SCRATCH = "scratch"
LOG_SIZE = "1GiB"
"""How large the write-ahead log may grow: DuckDB's own 16 MB would rewrite tables after every large statement."""
AS_WRITTEN = "join_order,build_side_probe_side"
"""Optimisers that would look up pairs by record, a few large pieces of work, instead of records by pair."""


class DuckDBEngine:
    """An :class:`~omni_identity.engines.base.Engine` on the DuckDB file ``path``.

    ``path`` is created when missing; ``":memory:"`` keeps everything in memory. ``memory_limit`` is
    DuckDB's own notation (``"3GB"``); without it ``OMNI_MEMORY_LIMIT``, else half of what the
    machine (or its control group) has. Raises :class:`HomeIsBusy` when another process holds the file.
    """

    def __init__(self, path: Path | str = ":memory:", memory_limit: str | None = None) -> None:
        limit = (
            memory_limit
            or os.environ.get("OMNI_MEMORY_LIMIT")
            or f"{available_mebibytes() // 2}MiB"
        )
        self._temporary: Path | None = None
        self._is_in_transaction = False
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": limit,
            "checkpoint_threshold": LOG_SIZE,
        }
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._temporary = path.parent / "spill"
            settings["temp_directory"] = str(self._temporary)
        try:
            self._connection = duckdb.connect(str(path), config=settings)
        except duckdb.IOException as error:
            if "lock" in str(error):
                raise HomeIsBusy(
                    f"{path} is in use by another process: another run is at work in this home. "
                    "Wait for it, or end it, and run again."
                ) from None
            raise
        self.run("set timezone = 'UTC'")
        self.run("set enable_progress_bar = false")
        self.catalog = str(self.fetch("select current_database() as name")["name"][0])

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The one connection, for what only DuckDB can do (attaching the file to be published)."""
        return self._connection

    @property
    def rows_at_once(self) -> int:
        """How many rows of a wide intermediate result one statement may make."""
        return ROWS_AT_ONCE

    def close(self) -> None:
        """Close the file; harmless when closed already."""
        self._connection.close()

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement and wait for its end."""
        self._connection.execute(sql, dict(parameters or {})).fetchall()

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query as a frame."""
        frame: pl.DataFrame = self._connection.sql(sql, params=dict(parameters or {})).pl()
        return frame

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""
        rows = frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
        self._connection.register("_omni_rows", rows)
        try:
            self.run(f"insert into {table} by name select * from _omni_rows")
        finally:
            self._connection.unregister("_omni_rows")

    def map_batches(
        self, query: str, function: FrameFunction, target: str, parameters: Parameters | None = None
    ) -> int:
        """Apply ``function`` to ``query``'s rows in batches and append the results to ``target``."""
        rows = 0
        with self._connection.cursor() as reading:
            batches = reading.sql(query, params=dict(parameters or {})).to_arrow_reader(BATCH_ROWS)
            for batch in batches:
                frame = pl.from_arrow(pa.Table.from_batches([batch]))
                assert isinstance(frame, pl.DataFrame)
                rows += frame.height
                self.write(target, function(frame))
        return rows

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is run inside at the end of the block, roll it back if the block raises.

        A block inside another one is part of it.
        """
        if self._is_in_transaction:
            yield
            return
        self.run("begin transaction")
        self._is_in_transaction = True
        try:
            yield
        except BaseException:
            self._is_in_transaction = False
            self.run("rollback")
            raise
        self._is_in_transaction = False
        self.run("commit")

    @contextmanager
    def splink(self) -> Iterator[DuckDBSplink]:
        """Lend Splink a cursor whose intermediate tables live in a scratch database, not in the warehouse."""
        self.run(f"attach ':memory:' as {SCRATCH}")
        with self._connection.cursor() as cursor:
            cursor.execute(f"use {SCRATCH}").fetchall()
            cursor.execute(f"set disabled_optimizers = '{AS_WRITTEN}'").fetchall()
            try:
                yield DuckDBSplink(cursor, self.catalog)
            finally:
                cursor.execute("reset disabled_optimizers").fetchall()
                cursor.execute(f'use "{self.catalog}"').fetchall()
                self.run(f"detach {SCRATCH}")


class DuckDBSplink:
    """Splink on a cursor of a DuckDB connection, ``catalog`` being the warehouse's name on it."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, catalog: str) -> None:
        self._cursor = cursor
        self._catalog = catalog
        self.api = DuckDBAPI(connection=cursor)

    def register(self, table: str) -> Any:
        """Return the warehouse's table ``schema.table`` as a Splink frame."""
        name = table.replace(".", "_")
        self._cursor.execute(
            f'create or replace view "{name}" as select * from "{self._catalog}".{table}'
        ).fetchall()
        return self.api.register(name, dataset_display_name=name)

    def name_of(self, frame: Any) -> str:
        """Return the name of a Splink frame for the warehouse's connection."""
        return f"{SCRATCH}.main.{frame.physical_name}"


def available_mebibytes() -> int:
    """Return the memory that this process may use, in MiB: the machine's, or its control group's if less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit_file in (
        Path("/sys/fs/cgroup/memory.max"),
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    ):
        try:
            limit = limit_file.read_text().strip()
        except OSError:
            continue
        if limit.isdigit():
            machine = min(machine, int(limit))
    return machine // 2**20
