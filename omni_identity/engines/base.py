"""What every engine can do: run SQL, fetch small results, write frames, map batches, serve Splink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

import polars as pl
import pyarrow as pa

FrameFunction: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]
Parameters: TypeAlias = Mapping[str, object]


class SplinkSession(Protocol):
    """Splink at work on an engine."""

    @property
    def api(self) -> Any:
        """Splink's database API."""

    def register(self, table: str) -> Any:
        """Return the engine's table ``schema.table`` as a Splink frame."""

    def name_of(self, frame: Any) -> str:
        """Return the name under which the engine's SQL can read a Splink frame."""


class Engine(Protocol):
    """A database that holds the tables of one warehouse.

    SQL is written in DuckDB's dialect; an engine of another dialect translates it. Parameters are
    named (``$name``) and never spliced into the text. Table names are ``schema.table``.
    """

    @property
    def rows_at_once(self) -> int | None:
        """How many rows of a wide intermediate result one statement may make; None: any number."""

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement and wait for its end."""

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query; only for results whose size does not grow with the data."""

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""

    def map_batches(
        self, query: str, function: FrameFunction, target: str, parameters: Parameters | None = None
    ) -> int:
        """Apply ``function`` to the rows of ``query`` batch by batch, append the results to ``target``.

        ``function`` must be pure and row-wise: batches are cut anywhere. ``query`` must not read what
        the open transaction has written. Returns the number of rows read.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what is run inside when the (outermost) block ends, roll it back when it raises."""

    def splink(self) -> AbstractContextManager[SplinkSession]:
        """Lend Splink a database API on this engine; its intermediate tables go when the block ends."""
