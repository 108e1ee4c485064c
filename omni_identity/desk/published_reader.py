"""The published file, kept open for many short looks, and left as soon as another one is published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from omni_identity.engines.literals import identifier
from omni_identity.identity.run_order import newest_first
from omni_identity.lookup.customer.rows import build_places, gather_rows, read_interactions
from omni_identity.lookup.published_file import attach_published
from omni_identity.model.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

PUBLISHED = "omni"
"""The database that the file is attached as."""
_SOURCE = f"{PUBLISHED}.main"
_MASKED = "memory.masked"
_PLACES = "memory.places"
MOST_SCANNED = 100_000
"""Customers up to whom a scan for one of them is quick enough."""

Columns = Callable[[duckdb.DuckDBPyConnection, str], Mapping[str, str]]
"""Select lists, by table, of what is shown to those who see no personal data: of an attached database."""


@dataclass
class _Opened:
    """One version of the file, attached to an engine in memory; ``has_places`` once the customers' rows are noted."""

    version: tuple[int, int, int]
    engine: duckdb.DuckDBPyConnection
    masked: Mapping[str, str]
    reader_count: int = 0
    has_places: bool = False


class Reading:
    """A connection for one visit; names without a schema are tables of one publication, masked or not."""

    def __init__(self, opened: _Opened, is_masked: bool) -> None:
        self._opened = opened
        self._is_masked = is_masked
        self.connection = opened.engine.cursor()
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute(f"set search_path = '{_MASKED if is_masked else _SOURCE}'")

    def gather(self, golden_id: str) -> duckdb.DuckDBPyConnection:
        """The connection, in which tables that are mostly read of one customer have this customer's rows alone."""
        columns = self._opened.masked if self._is_masked else {}
        places = _PLACES if self._opened.has_places else ""
        gather_rows(self.connection, golden_id, _SOURCE, columns, places)
        return self.connection

    def interactions(self, run_id: str, golden_ids: Collection[str]) -> pl.DataFrame | None:
        """Whose the interactions of these customers are in what that run has published.

        None where another run has published last, or nobody has noted yet where customers' rows stand: a scan
        of the warehouse is as quick then.
        """
        if not self._opened.has_places:
            return None
        newest = f"select run_id from runs order by {newest_first(self.connection, 'runs')} limit 1"
        if self.connection.execute(newest).fetchall() != [(run_id,)]:
            return None
        return read_interactions(self.connection, golden_ids, _SOURCE, _PLACES)


class PublishedReader:
    """Lends connections to what is published now; safe to be called from several threads."""

    def __init__(self, home: Home, masked_columns: Columns) -> None:
        self._home = home
        self._masked_columns = masked_columns
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    @contextmanager
    def read(self, is_masked: bool) -> Iterator[Reading]:
        """A connection that sees one publication to its end. Raises ``UsageError`` when there is none."""
        with self._lock:
            opened = self._current()
            opened.reader_count += 1
        try:
            reading = Reading(opened, is_masked)
            try:
                yield reading
            finally:
                reading.connection.close()
        finally:
            self._end_reading(opened)

    def interactions(self, run_id: str, golden_ids: Collection[str]) -> pl.DataFrame | None:
        """As :meth:`Reading.interactions`; None, too, where nothing is published."""
        if _version(self._home.published_file) is None:
            return None
        with self.read(is_masked=False) as reading:
            return reading.interactions(run_id, golden_ids)

    def let_go(self) -> None:
        """Close a version that is no longer the published one: nothing of an erased person is held open."""
        with self._lock:
            if self._opened is not None and self._opened.version != _version(
                self._home.published_file
            ):
                self._leave()

    def close(self) -> None:
        """Close whatever is open."""
        with self._lock:
            self._leave()

    def _current(self) -> _Opened:
        version = _version(self._home.published_file)
        if self._opened is not None and self._opened.version != version:
            self._leave()
        if self._opened is None:
            self._opened = self._open(version or (0, 0, 0))
        return self._opened

    def _open(self, version: tuple[int, int, int]) -> _Opened:
        engine = duckdb.connect(":memory:")
        try:
            attach_published(engine, self._home, PUBLISHED)
            masked = self._masked_columns(engine, PUBLISHED)
            engine.execute("create schema masked")
            for table, columns in masked.items():
                name = identifier(table)
                engine.execute(
                    f"create view {_MASKED}.{name} as select {columns} from {_SOURCE}.{name}"
                )
            customers = engine.execute(f"select count(*) from {_SOURCE}.unified_profiles")
            count = customers.fetchall()[0][0]
        except BaseException:
            engine.close()
            raise
        opened = _Opened(version, engine, masked)
        if count > MOST_SCANNED:
            opened.reader_count += 1
            threading.Thread(target=self._note_places, args=(opened,), daemon=True).start()
        return opened

    def _note_places(self, opened: _Opened) -> None:
        """Make single customers quick to find, beside the first visits."""
        try:
            with opened.engine.cursor() as connection:
                build_places(connection, _SOURCE, _PLACES)
            opened.has_places = True
        finally:
            self._end_reading(opened)

    def _end_reading(self, opened: _Opened) -> None:
        with self._lock:
            opened.reader_count -= 1
            if opened is not self._opened and not opened.reader_count:
                opened.engine.close()

    def _leave(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None and not opened.reader_count:
            opened.engine.close()


def _version(file: Path) -> tuple[int, int, int] | None:
    """Which file the name leads to now; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns
