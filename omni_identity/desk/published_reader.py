"""The published file, kept open for many short looks, and left as soon as another one is published."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb

from omni_identity.lookup.published_file import connect_published
from omni_identity.model.home import Home

if TYPE_CHECKING:
    from pathlib import Path

Prepare = Callable[[duckdb.DuckDBPyConnection], None]
"""What is done once with a connection before anybody reads by it."""


@dataclass
class _Opened:
    """One version of the file: the connection that holds it, and idle ones of its kind for each way of reading."""

    version: tuple[int, int, int]
    connection: duckdb.DuckDBPyConnection
    idle: dict[bool, list[duckdb.DuckDBPyConnection]] = field(
        default_factory=lambda: {True: [], False: []}
    )
    reader_count: int = 0

    def close(self) -> None:
        for connections in self.idle.values():
            for connection in connections:
                connection.close()
        self.connection.close()


class PublishedReader:
    """Lends connections to what is published now, as it is or masked; safe to be called from several threads.

    ``mask`` makes a connection one that shows no personal data.
    """

    def __init__(self, home: Home, mask: Prepare) -> None:
        self._home = home
        self._mask = mask
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    @contextmanager
    def read(self, is_masked: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that sees one publication to its end. Raises ``UsageError`` when there is none."""
        with self._lock:
            opened = self._current()
            opened.reader_count += 1
            idle = opened.idle[is_masked]
            connection = idle.pop() if idle else None
        try:
            if connection is None:
                connection = opened.connection.cursor()
                connection.execute("set timezone = 'UTC'").fetchall()
                if is_masked:
                    self._mask(connection)
            yield connection
        finally:
            with self._lock:
                opened.reader_count -= 1
                if connection is not None:
                    opened.idle[is_masked].append(connection)
                if opened is not self._opened and not opened.reader_count:
                    opened.close()

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
            self._opened = _Opened(version or (0, 0, 0), connect_published(self._home))
        return self._opened

    def _leave(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None and not opened.reader_count:
            opened.close()


def _version(file: Path) -> tuple[int, int, int] | None:
    """Which file the name leads to now; None where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116  follows the link, as opening does
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns
