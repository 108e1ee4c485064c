"""The warehouse's tables in a session: what each is now, what it was at the last commit, and the way back there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from omni_identity.engines.base import Parameters
from omni_identity.engines.spark.columns import Columns, columns_of, schema_of
from omni_identity.engines.spark.formats import PASSING, TableFormat, TableState
from omni_identity.engines.spark.lookups import Lookups
from omni_identity.engines.spark.record import read_record, write_record
from omni_identity.engines.spark.rows import bind, cast_rows
from omni_identity.engines.spark.stars import Star, spell_out
from omni_identity.engines.spark.statements import Statement
from omni_identity.model.errors import RunFailed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PUBLISHED = "published"
"""The schema of published tables, which versions of the publication name, and not the record."""
LARGE = 2**27
"""Bytes of a file that is large enough."""
AT_ONCE = 4
"""Tables whose past is removed at once."""


class SparkTables:
    """Tables in ``session`` as ``record`` has them; look-ups of ``driver_rows`` rows and fewer are the driver's own."""

    def __init__(
        self, session: SparkSession, stored: TableFormat, record: Path, driver_rows: int
    ) -> None:
        self.session = session
        self.stored = stored
        self._record = record
        self._driver_rows = driver_rows
        self._lookups = Lookups()
        self._tables = read_record(record)
        self._before: dict[str, TableState] | None = None
        self._changed = set[str]()
        self._dropped = set[str]()
        self._return_to_record()

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __getitem__(self, name: str) -> TableState:
        """A table; ``ValueError`` if there is none."""
        if name not in self._tables:
            raise ValueError(f"there is no table {name}")
        return self._tables[name]

    def lasting(self) -> dict[str, TableState]:
        """All tables but those that pass with the session."""
        return {name: t for name, t in self._tables.items() if not _passes(name)}

    def close(self, without_deleted: bool = False) -> None:
        """Drop what passes; remove what tables were before, ``without_deleted`` with all that nothing names."""
        self._lookups.close()
        for name in [name for name in self._tables if _passes(name)]:
            self._tables.pop(name)
            self.stored.drop(name)
        remove = self.stored.purge if without_deleted else self.stored.expire
        names = sorted(self._tables if without_deleted else self._changed & self._tables.keys())
        anew = [name for name in names if without_deleted and self[name].delete_files]
        for name in anew:
            self.compact(name)
        if anew:  # before what the record named is removed
            write_record(self._record, self.lasting())
        with ThreadPoolExecutor(AT_ONCE) as pool:  # each waits for many small files
            list(pool.map(remove, names))
            self._tables.update(zip(names, pool.map(self.stored.state, names), strict=True))
        if names:
            write_record(self._record, self.lasting())
        self._changed.clear()

    def query(self, statement: Statement, parameters: Parameters | None) -> DataFrame:
        """The frame of a query on the tables as they are now."""
        return self.execute(statement.sql, parameters, statement.stars)

    def execute(
        self, sql: str, parameters: Parameters | None = None, stars: Sequence[Star] = ()
    ) -> DataFrame:
        """Have Spark execute a statement of its SQL."""
        if stars:
            sql = spell_out(sql, stars, lambda query: self.execute(query, parameters).columns)
        bound, arguments = bind(sql, parameters)
        return self.session.sql(bound, args=arguments) if arguments else self.session.sql(bound)

    def create(self, name: str, columns: Columns) -> None:
        """Create a table without rows, or in the place of another."""
        with self.change(name):
            if name in self._tables and self[name].columns == columns:
                if self[name].rows:
                    self.stored.truncate(name)
            else:
                self.stored.create(name, columns)

    def create_as(self, name: str, rows: DataFrame) -> None:
        """Create a table of the rows of a query, or in the place of another."""
        columns = columns_of(rows)
        fitting = cast_rows(rows, schema_of(columns))
        with self.change(name):
            if name in self._tables and self[name].columns == columns:
                self.stored.overwrite(name, fitting)
            else:
                self.stored.create_as(name, fitting)

    def append(self, name: str, rows: DataFrame) -> None:
        """Add the rows of a query, whose columns are by place those of the table."""
        fitting = cast_rows(rows, schema_of(self[name].columns))
        with self.change(name):
            self.stored.append(name, fitting)

    def write(self, name: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to a table by column name."""
        rows = frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
        if rows.num_rows:
            with self.change(name):
                self.stored.append_rows(name, rows)

    def drop(self, name: str) -> None:
        """Forget a table; it is removed when that is committed. ``ValueError`` if there is none."""
        del self._tables[self._known(name)]
        self._dropped.add(name)
        self._settle(name)

    def compact(self, name: str) -> None:
        """Write a table's rows anew, in as few files as they need."""
        files = 1 + self[name].bytes // LARGE
        self.stored.overwrite(name, self.frame(name).coalesce(files))
        self._tables[name] = self.stored.state(name)

    def frame(self, name: str) -> DataFrame:
        """The frame of a table as it is now."""
        return self.session.table(".".join(f"`{part}`" for part in name.split(".")))

    @contextmanager
    def change(self, name: str) -> Iterator[None]:
        """Look at a table again after the block has changed it, and commit unless a transaction is open."""
        yield
        self._dropped.discard(name)
        self._tables[name] = state = self.stored.state(name)
        if state.is_in_pieces:
            self.compact(name)
        self._settle(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end of the (outermost) block; take back what it did when it raises."""
        if self._before is not None:
            yield
            return
        self._before = dict(self._tables)
        try:
            yield
        except BaseException:
            before, self._before = self._before, None
            self._take_back(before)
            raise
        before, self._before = self._before, None
        self._commit(before)

    def row_count(self, name: str) -> int:
        """How many rows a table has."""
        state = self[name]
        return int(self.frame(name).count()) if state.delete_files else state.rows

    def look_up(
        self, statement: Statement, sql: str, parameters: Parameters | None
    ) -> pl.DataFrame | None:
        """The result of a query that needs no job; None for any other."""
        known = self._known_count(sql)
        if known is not None:
            return known
        small = self._small(statement)
        return None if small is None else self._lookups.fetch(sql, parameters, small)

    def _small(self, statement: Statement) -> dict[str, TableState] | None:
        """The tables that a query reads, if they are small enough to be looked up on the driver."""
        if not all(name in self._tables for name in statement.reads):
            return None
        if sum(self[name].rows for name in statement.reads) > self._driver_rows:
            return None
        return {name.removeprefix(f"{PASSING}."): self[name] for name in statement.reads}

    def _known_count(self, sql: str) -> pl.DataFrame | None:
        """What a snapshot knows without asking Spark: how many rows a table has."""
        found = _COUNT.fullmatch(" ".join(sql.split()))
        if found is None:
            return None
        name = found["table"] if "." in found["table"] else f"{PASSING}.{found['table']}"
        if name not in self._tables or self[name].delete_files:
            return None
        rows = self[name].rows
        if found["any"]:
            return pl.DataFrame({found["as"]: [1] * min(rows, 1)}, {found["as"]: pl.Int32})
        return pl.DataFrame({found["name"]: [rows]}, {found["name"]: pl.Int64})

    def _known(self, name: str) -> str:
        assert self[name]
        return name

    def _settle(self, name: str) -> None:
        """Commit a change of a table, if it is not part of a transaction."""
        self._changed.add(name)
        if self._before is None:
            if not _passes(name):
                self._write_record()
            self._remove_dropped()

    def _commit(self, before: dict[str, TableState]) -> None:
        if before != self._tables:
            self._write_record()
        self._remove_dropped()

    def _write_record(self) -> None:
        write_record(self._record, self.lasting())

    def _remove_dropped(self) -> None:
        for name in sorted(self._dropped):
            self.stored.drop(name)
        self._dropped.clear()

    def _take_back(self, before: dict[str, TableState]) -> None:
        """Make every table what it was, and remove those that were not there."""
        for name in sorted(self._tables.keys() - before.keys()):
            self.stored.drop(name)
        for name, state in before.items():
            if self._tables.get(name) is not state:
                self.stored.return_to(name, state)
        self._dropped.clear()
        self._tables = before

    def _return_to_record(self) -> None:
        """Take back what was committed since the record was written: a run was killed in the midst of a transaction."""
        schemas = {name.partition(".")[0] for name in self._tables} | {PASSING}
        found = set(self.stored.tables(sorted(schemas)))
        self._require_all(found)
        for name in sorted(found):
            if name in self._tables:
                recorded, now = self._tables[name], self.stored.state(name)
                if (recorded.snapshot, recorded.schema) != (now.snapshot, now.schema):
                    self.stored.return_to(name, recorded)
                    self._changed.add(name)
                    self._tables[name] = self.stored.state(name)
            else:
                self.stored.drop(name)

    def _require_all(self, found: set[str]) -> None:
        """Raise ``RunFailed`` for a warehouse that lacks some of its tables; one that lacks all has nothing."""
        missing = sorted(self._tables.keys() - found)
        if missing and len(missing) < len(self._tables):
            raise RunFailed(
                f"The catalogue lacks {len(missing)} of the {len(self._tables)} tables that {self._record} names,"
                f" such as {missing[0]}. Put them back from a backup; or move the warehouse, {self._record.name} and"
                " spark.lock beside it away, and `omni restore` rebuilds its memory from the publication."
            )
        for name in missing:
            del self._tables[name]


def _passes(name: str) -> bool:
    return name.startswith(f"{PASSING}.")


_COUNT = re.compile(
    r"select (count\(\*\) as (?P<name>\w+)|(?P<any>1) as (?P<as>\w+))"
    r" from (?P<table>[\w.]+)(?(any) limit 1)",
    re.IGNORECASE,
)
