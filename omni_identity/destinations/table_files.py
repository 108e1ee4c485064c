"""A published table as destinations see it: a Parquet file with comments, its key, and what tells it from others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from pyarrow import parquet

from omni_identity.engines.literals import identifier, literal
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table, published_tables
from omni_identity.model.tables.table import ForeignKey

BATCH_ROWS = 100_000
MEMORY = "512MB"
"""For reading a file from front to back, whatever its size."""


@cache
def _declared() -> dict[str, Table]:
    """The tables of the registry: attributes of one's own change no key of them."""
    return published_tables(Vocabulary())


@dataclass(frozen=True)
class TableFile:
    """The Parquet file of a published table, called as the table."""

    path: Path

    @property
    def name(self) -> str:
        """The table's name."""
        return self.path.stem

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns, as Arrow types, with the registry's comments as metadata ``comment``."""
        return parquet.read_schema(self.path)

    @cached_property
    def row_count(self) -> int:
        """How many rows it has."""
        return int(parquet.read_metadata(self.path).num_rows)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file: one that has not changed need not be sent again."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart; empty for a table that the registry does not know."""
        declared = _declared().get(self.name)
        is_there = declared is not None and set(declared.key) <= set(self.schema.names)
        return declared.key if declared is not None and is_there else ()

    @property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """What the registry says that its rows refer to, as far as it has the columns."""
        declared = _declared().get(self.name)
        keys = declared.foreign_keys if declared is not None else ()
        return tuple(key for key in keys if set(key.columns) <= set(self.schema.names))

    @property
    def comment(self) -> str:
        """What the registry says of the table; empty if nothing."""
        return _comment(self.schema.metadata)

    def column_comment(self, column: str) -> str:
        """What the registry says of a column, its PII class included; empty if nothing."""
        return _comment(self.schema.field(column).metadata)

    @property
    def source(self) -> str:
        """All rows, as a query's source."""
        return f"read_parquet({literal(self.path)})"

    def rows_not_in(self, other: TableFile) -> str:
        """The rows that another file of the same columns does not have just so, as a query's source."""
        return f"(select * from {self.source} except select * from {other.source})"

    def keys_not_in(self, other: TableFile) -> str:
        """The keys that another file does not have, as a query's source."""
        key = ", ".join(map(identifier, self.key))
        return f"(select {key} from {self.source} except select {key} from {other.source})"

    @contextmanager
    def rows(
        self, expression: Callable[[pa.Field, str], str], source: str = "", only_key: bool = False
    ) -> Iterator[pa.RecordBatchReader]:
        """The rows of ``source``, by default all in their order; the key alone if ``only_key``.

        Each column is the SQL that ``expression`` makes of its field and name.
        """
        columns = ", ".join(
            f"{expression(field, identifier(field.name))} as {identifier(field.name)}"
            for field in self.schema
            if not only_key or field.name in self.key
        )
        with TemporaryDirectory(prefix="omni_delivery_") as spill:
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "temp_directory": spill,
            }
            with duckdb.connect(":memory:", config=config) as connection:
                connection.execute("set timezone = 'UTC'")
                found = connection.sql(f"select {columns} from {source or self.source}")
                yield found.to_arrow_reader(BATCH_ROWS)


def _comment(metadata: dict[bytes, bytes] | None) -> str:
    return (metadata or {}).get(b"comment", b"").decode("utf-8")


def in_utc(field: pa.Field, name: str) -> str:
    """A column whose times without a zone, which are UTC in every published table, say so."""
    if pa.types.is_timestamp(field.type) and field.type.tz is None:
        return f"{name} at time zone 'UTC'"
    return name
