"""What every engine can do: run SQL, fetch small results, write frames, map batches, serve Splink."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

import polars as pl
import pyarrow as pa

from omni_identity.engines.literals import literal

FrameFunction: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]
Parameters: TypeAlias = Mapping[str, object]


class SplinkSession(Protocol):
    """Splink at work on an engine."""

    @property
    def api(self) -> Any:
        """Splink's database API."""

    def register(self, table: str) -> Any:
        """Return the engine's table ``schema.table`` as a Splink frame."""

    def words(self, condition: str) -> str:
        """Return a condition of our SQL in the dialect of Splink's back end."""

    def name_of(self, frame: Any) -> str:
        """Return the name under which the engine's SQL can read a Splink frame."""


class EnclosedQueryFailed(Exception):
    """A query in an enclosure could not be run; its text says why, and quotes no value."""


class Enclosure(Protocol):
    """Some relations of an engine, lent to queries that others wrote: these read them and nothing else.

    Both methods raise :class:`EnclosedQueryFailed`. Every query is to be looked at before the first is run.
    """

    def columns(self, query: str) -> list[str]:
        """The columns that ``query`` returns."""

    def append(self, query: str, target: str, seconds: int) -> None:
        """Append the rows of ``query`` to the engine's table ``target``; it may take so many seconds."""


class Engine(Protocol):
    """A database that holds the tables of one warehouse.

    SQL is written in DuckDB's dialect; an engine of another dialect translates it. Parameters are
    named (``$name``) and never spliced into the text. Table names are ``schema.table``.
    """

    @property
    def rows_at_once(self) -> int | None:
        """How many rows of a wide intermediate result one statement may make; None: any number."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What a statement raises that cannot be run."""

    def words_of(self, error: Exception) -> str:
        """What one of ``errors`` says of names and syntax; of any other its kind, as it may quote values."""

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

    def map_groups(self, query: str, by: str, function: FrameFunction, target: str) -> None:
        """Apply ``function`` to the rows of ``query``, all with one value of ``by`` at once; append to ``target``.

        ``function`` must be pure, and may see several values of ``by`` at once. Columns of ``target``
        that it does not return are null.
        """

    def create_like(self, table: str, query: str) -> None:
        """Create ``table``, unless it is there, with the columns of ``query`` and without rows."""

    def rename(self, table: str, name: str) -> None:
        """Give ``table`` the name ``schema.table`` of its own schema, in the place of the one that has it, if any."""

    def columns(self, attached: str = "") -> dict[str, list[str]]:
        """The columns of every lasting table, by ``schema.table``; or those of an attached publication."""

    def read_file(self, path: Path, table: str) -> None:
        """Create or replace ``table`` with the rows of a Parquet file of this machine."""

    def write_file(self, query: str, path: Path) -> None:
        """Write the rows of ``query``, in its order, into one Parquet file of this machine."""

    def attached(self, folder: Path, name: str) -> AbstractContextManager[None]:
        """Lend the tables of the publication in ``folder`` as ``<name>.main.<table>``, to be read only."""

    def make_room(self) -> None:
        """Let go of memory in which what was written still stands, where that is much; not in a transaction."""

    def close_without_deleted(self) -> None:
        """Let the warehouse go, with nothing left on its disk of rows and tables that were deleted."""

    def close(self) -> None:
        """Let the warehouse go; harmless when it is closed already."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what is run inside when the (outermost) block ends, roll it back when it raises."""

    def enclosed(self, relations: Mapping[str, str]) -> AbstractContextManager[Enclosure]:
        """Lend the results of queries, by the names that they have inside, to SQL that is not ours."""

    def heard(self, listener: Callable[[str], None]) -> AbstractContextManager[None]:
        """Tell ``listener`` every statement inside the block before it is executed; what it raises stops that one."""

    def splink(self) -> AbstractContextManager[SplinkSession]:
        """Lend Splink a database API on this engine; its intermediate tables go when the block ends."""


@runtime_checkable
class FolderEngine(Engine, Protocol):
    """An engine whose tables are files in a catalogue: what it publishes is some more of them."""

    def write_tables(
        self, queries: Mapping[str, str], folder: Path, anew: bool = False
    ) -> dict[str, int]:
        """Write every query, by table name, as a publication in ``folder``; return the rows of each.

        ``anew``: without anything of what the tables were before, as after an erasure.
        """

    def read_batches(self, table: str) -> Iterator[pa.Table]:
        """The rows of ``table``, so many at a time, in any order."""


def count_rows(engine: Engine, source: str) -> int:
    """How many rows ``source`` has: what follows ``from``, a table or a query in brackets, with a condition or none."""
    return int(engine.fetch(f"select count(*) as n from {source}")["n"][0])


def count_rows_of(engine: Engine, sources: Mapping[str, str]) -> dict[str, int]:
    """How many rows each of some sources has, by its name: as :func:`count_rows`, in one statement; at least one."""
    counts = " union all ".join(
        f"select {literal(name)} as name, count(*) as n from {source}"
        for name, source in sources.items()
    )
    found = dict(engine.fetch(counts).iter_rows())
    return {name: int(found[name]) for name in sources}
