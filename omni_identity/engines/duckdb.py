"""The engine on one machine: a single DuckDB file with one writer, spilling to disk beyond its memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from omni_identity.engines.ahead import Ahead
from omni_identity.engines.base import FrameFunction, Parameters, count_rows
from omni_identity.engines.durable import sync_folder
from omni_identity.engines.enclosure import DuckDBEnclosure
from omni_identity.engines.heard import Heard
from omni_identity.engines.literals import literal
from omni_identity.engines.memory import limit_of_memory
from omni_identity.engines.threads import allowed_threads
from omni_identity.engines.writer_version import newer_file
from omni_identity.model.errors import HomeIsBusy

BATCH_ROWS = 250_000
ROWS_AT_ONCE = 4_000_000
"""Pairs being compared are wide: so many take some 5 GB of memory, or of disk beyond its limit."""
MEMORY_A_ROW = 3072
"""Bytes of DuckDB's memory for each of the rows made at once: with 150 MiB, so with 50,000 rows, a night of
100,000 contacts was within its limit."""
BASE_MEMORY = 2**30
"""So many bytes are enough for all else; of what is beyond them a row is given half of ``MEMORY_A_ROW``, as two million
of them held 2.5 GB."""
GROUPED_ROWS = 5_000_000
"""Rows handed over at once where groups must stay whole; one larger group comes alone."""
SCRATCH = "scratch"
ENCLOSED_SPILL = "spill_enclosed"
LOG_SIZE = 2**30
"""How large the write-ahead log may grow, in bytes: DuckDB's own 16 MB would rewrite tables after every large
statement."""
LOG_SHARE = 8
"""But no larger than this part of its memory, where what is in the log and not yet in the tables has to stay."""
LARGE_LOG_SHARE = 32
"""From this part of its memory on a log is moved before work that wants much of it."""
AS_WRITTEN = "join_order,build_side_probe_side"
"""Optimisers that would look up pairs by record, a few large pieces of work, instead of records by pair."""


class DuckDBEngine(Heard):
    """An :class:`~omni_identity.engines.base.Engine` on the DuckDB file ``path``.

    ``path`` is created when missing; ``":memory:"`` keeps everything in memory. ``memory_limit`` is
    DuckDB's own notation (``"3GB"``); without it ``OMNI_MEMORY_LIMIT``, else a part of what the
    machine (or its control group) has. ``threads``: how many it may use; without it ``OMNI_THREADS``, else one a
    processor. Raises ``ConfigurationError`` for a variable that names no size or number, :class:`HomeIsBusy` when
    another process holds the file, ``WarehouseIsNewer`` for one of a later DuckDB.
    """

    def __init__(
        self,
        path: Path | str = ":memory:",
        memory_limit: str | None = None,
        threads: int | None = None,
    ) -> None:
        limit = memory_limit or limit_of_memory()
        threads = threads or allowed_threads()
        self._path = path if isinstance(path, Path) else None
        self._temporary: Path | None = None
        self._is_in_transaction = False
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": limit,
        }
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._temporary = path.parent / "spill"
            settings["temp_directory"] = str(self._temporary)
        try:
            self._connection = duckdb.connect(str(path), config=settings)
        except duckdb.IOException as error:
            newer = newer_file(str(path), error)
            if newer is not None:
                raise newer from None
            if "lock" in str(error):
                raise HomeIsBusy(
                    f"{path} is in use by another process: another run is at work in this home. "
                    "Wait for it, or end it, and run again."
                ) from None
            raise
        if self._temporary is not None:
            # DuckDB removes what a killed process spilled only once it spills itself; the file is ours now
            for spilled in (self._temporary, self._temporary.with_name(ENCLOSED_SPILL)):
                shutil.rmtree(spilled, ignore_errors=True)
        if threads is not None:
            # not as a setting of the connection: the process could open the file with no other number meanwhile
            self.run(f"set threads = {int(threads)}")
        self.run("set timezone = 'UTC'")
        self.run("set enable_progress_bar = false")
        name, memory = self.fetch(
            "select current_database(), parse_formatted_bytes(current_setting('memory_limit'))"
        ).row(0)
        self.catalog, self._memory = str(name), int(memory)
        self.run(f"set checkpoint_threshold = '{min(LOG_SIZE, self._memory // LOG_SHARE)}B'")

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What a statement raises that cannot be run."""
        return (duckdb.Error,)

    def words_of(self, error: Exception) -> str:
        """What an error says of names and syntax; of others their kind: they quote values."""
        if isinstance(
            error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException
        ):
            return str(error).splitlines()[0]
        return f"{type(error).__name__} when it was run"

    def make_room(self) -> None:
        """Move what was written since the last checkpoint into the tables, if it takes much of the memory.

        It stands there until it is moved, and nothing else that wants the memory makes it leave: with 10 million
        contacts and a limit of 6 GiB, so little was left after a night of 1 % that its diagnostics found no room.
        """
        log = self._path and self._path.with_name(f"{self._path.name}.wal")
        if log and log.exists() and log.stat().st_size > self._memory // LARGE_LOG_SHARE:
            self.run("checkpoint")

    def close_without_deleted(self) -> None:
        """Copy the warehouse into a new file, put that in the place of the old one, and close it.

        DuckDB leaves deleted rows on free pages until it needs these; a copy has none. Both files are
        locked until the end, so no other process can come between.
        """
        assert self._path is not None, "a warehouse in memory leaves nothing on any disk"
        fresh = self._path.with_name(f".{self._path.name}.erasing")
        wal = fresh.with_name(f"{fresh.name}.wal")
        for left in (fresh, wal):
            left.unlink(missing_ok=True)
        self.run(f"attach {literal(fresh)} as fresh")
        self.run(f'copy from database "{self.catalog}" to fresh')
        self.run("checkpoint fresh")
        self.run("checkpoint")
        fresh.rename(self._path)
        sync_folder(self._path.parent)
        self.close()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The one connection, for what only DuckDB can do (attaching the file to be published)."""
        return self._connection

    @property
    def rows_at_once(self) -> int:
        """How many rows of a wide intermediate result one statement may make."""
        rows = self._memory // MEMORY_A_ROW, 2 * (self._memory - BASE_MEMORY) // MEMORY_A_ROW
        return min(ROWS_AT_ONCE, max(1, *rows))

    def close(self) -> None:
        """Close the file; harmless when closed already."""
        self._connection.close()

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement and wait for its end."""
        self._say(sql)
        self._connection.execute(sql, dict(parameters or {})).fetchall()

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query as a frame."""
        self._say(sql)
        # without any, parameters would have the statement prepared twice
        values = dict(parameters) if parameters else None
        frame: pl.DataFrame = self._connection.sql(sql, params=values).pl()
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
        """Apply ``function`` to ``query``'s rows in batches and append the results to ``target``.

        The next batch is worked on while the one before is written.
        """
        self._say(query)
        rows = 0

        def made() -> Generator[tuple[int, pl.DataFrame], None, None]:
            with self._connection.cursor() as reading:
                values = dict(parameters or {})
                for batch in reading.sql(query, params=values).to_arrow_reader(BATCH_ROWS):
                    frame = pl.from_arrow(pa.Table.from_batches([batch]))
                    assert isinstance(frame, pl.DataFrame)
                    yield frame.height, function(frame)

        with Ahead(made) as batches:
            for height, frame in batches:
                rows += height
                self.write(target, frame)
        return rows

    def map_groups(self, query: str, by: str, function: FrameFunction, target: str) -> None:
        """Apply ``function`` to ``query``'s rows, batches of whole groups at a time."""
        self.run(f"create or replace temp table _omni_rows_by_group as {query}")
        count = count_rows(self, "_omni_rows_by_group")
        if count <= GROUPED_ROWS:
            if count:
                self.write(target, function(self.fetch("select * from _omni_rows_by_group")))
            self.run("drop table _omni_rows_by_group")
            return
        self.run(
            f"""
            create or replace temp table _omni_batches as
            select "{by}", floor(sum(n) over (order by "{by}") / {GROUPED_ROWS}) as _omni_batch
            from (select "{by}", count(*) as n from _omni_rows_by_group group by "{by}")
            """
        )
        batches = self.fetch("select distinct _omni_batch as b from _omni_batches order by b")["b"]
        for batch in batches:
            rows = self.fetch(
                f'select * exclude (_omni_batch) from _omni_rows_by_group join _omni_batches using ("{by}")'
                " where _omni_batch = $batch",
                {"batch": batch},
            )
            self.write(target, function(rows))
        self.run("drop table _omni_rows_by_group")
        self.run("drop table _omni_batches")

    def create_like(self, table: str, query: str) -> None:
        """Create ``table``, unless it is there, with the columns of ``query`` and without rows.

        The columns are spelled out. DuckDB 2.0.0 takes ``create table … as select … limit 0`` for a
        table that stays empty: rows that several threads put in within the same transaction, more than
        a row group of them, are counted, but no query finds them before the next checkpoint.
        """
        self._say(query)
        found = self._connection.sql(query)
        listed = ", ".join(f'"{n}" {t}' for n, t in zip(found.columns, found.types, strict=True))
        self.run(f"create table if not exists {table} ({listed})")

    def rename(self, table: str, name: str) -> None:
        """Give ``table`` another name in its schema; no row of it is copied."""
        with self.transaction():
            self.run(f"drop table if exists {name}")
            self.run(f"alter table {table} rename to {name.rpartition('.')[2]}")

    def columns(self, attached: str = "") -> dict[str, list[str]]:
        """The columns of every lasting table, by ``schema.table``; or those of an attached database."""
        found = self.fetch(
            "select schema_name || '.' || table_name as name, column_index, column_name"
            " from duckdb_columns() where database_name = $catalog and not internal",
            {"catalog": attached or self.catalog},
        )
        names: dict[str, list[str]] = {}
        for table, _, column in sorted(found.iter_rows()):
            names.setdefault(table, []).append(column)
        return names

    def read_file(self, path: Path, table: str) -> None:
        """Create or replace ``table`` with the rows of a Parquet file."""
        self.run(f"create or replace table {table} as select * from read_parquet({literal(path)})")

    def write_file(self, query: str, path: Path) -> None:
        """Write the rows of ``query`` into one Parquet file."""
        self.run(f"copy ({query}) to {literal(path)} (format parquet)")

    @contextmanager
    def attached(self, folder: Path, name: str) -> Iterator[None]:
        """Lend the database of a publication, read only."""
        self.run(f"attach {literal(folder / 'omni.duckdb')} as {name} (read_only)")
        try:
            yield
        finally:
            self.run(f"detach {name}")

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
            self.run("commit")
        except BaseException:
            with suppress(duckdb.TransactionException):  # what failed may have ended it
                self.run("rollback")
            raise
        finally:
            self._is_in_transaction = False

    @contextmanager
    def enclosed(self, relations: Mapping[str, str]) -> Iterator[DuckDBEnclosure]:
        """Lend relations to a DuckDB of its own, in memory."""
        spill = self._temporary and self._temporary.with_name(ENCLOSED_SPILL)
        enclosure = DuckDBEnclosure(self, relations, self._memory // 2, spill)
        try:
            yield enclosure
        finally:
            enclosure.close()

    @contextmanager
    def splink(self) -> Iterator[DuckDBSplink]:
        """Lend Splink a cursor whose intermediate tables live in a scratch database, not in the warehouse."""
        self.run(f"attach ':memory:' as {SCRATCH}")
        with self._connection.cursor() as cursor:
            cursor.execute(f"use {SCRATCH}").fetchall()
            cursor.execute(f"set disabled_optimizers = '{AS_WRITTEN}'").fetchall()
            try:
                yield DuckDBSplink(cursor, self.catalog, self._say)
            finally:
                cursor.execute("reset disabled_optimizers").fetchall()
                cursor.execute(f'use "{self.catalog}"').fetchall()
                self.run(f"detach {SCRATCH}")


class DuckDBSplink:
    """Splink on a cursor of a DuckDB connection, ``catalog`` being the warehouse's name on it."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, catalog: str, say: Callable[[str], None]
    ) -> None:
        self._cursor = cursor
        self._catalog = catalog
        self._say = say
        from splink import DuckDBAPI  # a third of the time in which most commands start

        self.api = DuckDBAPI(connection=cursor)

    def register(self, table: str) -> Any:
        """Return the warehouse's table ``schema.table`` as a Splink frame."""
        self._say(f"select * from {table}")
        name = table.replace(".", "_")
        self._cursor.execute(
            f'create or replace view "{name}" as select * from "{self._catalog}".{table}'
        ).fetchall()
        return self.api.register(name, dataset_display_name=name)

    def words(self, condition: str) -> str:
        """Return the condition as it is."""
        return condition

    def name_of(self, frame: Any) -> str:
        """Return the name of a Splink frame for the warehouse's connection."""
        return f"{SCRATCH}.main.{frame.physical_name}"
