"""What the engine asks of an open table format: all in which Iceberg, Delta and others differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from omni_identity.engines.spark.columns import Columns

PASSING = "passing"
"""The schema of tables that pass with the session: those of a bare name."""
CANDIDATE = "candidate"
"""The branch of a table on which what is not published yet is written."""

MOST_FILES = 24
"""Small files of a table, or files of deletions for each file of rows, from which it is better written anew."""
SMALL = 2**20
"""Bytes of a file that is small."""


@dataclass(frozen=True)
class TableState:
    """What a table is at one moment; ``metadata`` is the file that says it, ``snapshot`` None before any row.

    ``rows`` are those of its files: all, while there are no ``delete_files``, which say which are gone.
    """

    columns: Columns
    metadata: str
    snapshot: int | None
    schema: int
    rows: int
    data_files: int = 0
    delete_files: int = 0
    bytes: int = 0

    @property
    def names(self) -> list[str]:
        """Its columns' names."""
        return [name for name, _ in self.columns]

    @property
    def is_in_pieces(self) -> bool:
        """Whether a table has so many files that it is better written anew."""
        are_small = self.bytes < SMALL * self.data_files
        most_deletions = MOST_FILES * max(self.data_files, 1)
        return (are_small and self.data_files > MOST_FILES) or self.delete_files > most_deletions


class TableFormat(Protocol):
    """Tables ``schema.table`` in the catalogue; deleting and updating rows are Spark's SQL, whatever the format."""

    def begin(self, schema: str) -> None:
        """Make a schema, unless it is there."""

    def tables(self, schemas: Iterable[str]) -> Iterator[str]:
        """The tables of some schemas that this product made."""

    def state(self, name: str) -> TableState:
        """What a table is now."""

    def create(self, name: str, columns: Columns) -> None:
        """Create a table without rows, in the place of one that is there, whose past remains."""

    def create_as(self, name: str, rows: DataFrame) -> None:
        """The same with the rows of a query."""

    def append(self, name: str, rows: DataFrame) -> None:
        """Add the rows of a query, which has the table's columns."""

    def append_rows(self, name: str, rows: pa.Table) -> None:
        """Add rows from the driver; columns that they lack are null. ``ValueError`` for one that the table lacks."""

    def overwrite(self, name: str, rows: DataFrame) -> None:
        """Have the rows of a query, of the table's columns, instead of those that are there."""

    def truncate(self, name: str) -> None:
        """Remove all rows."""

    def return_to(self, name: str, state: TableState) -> None:
        """Make a table what it was."""

    def drop(self, name: str) -> None:
        """Remove a table with all that it was."""

    def expire(self, name: str) -> None:
        """Remove what a table was, but where a version of the publication needs it."""

    def purge(self, name: str) -> None:
        """The same, and every file that nothing names."""
