"""What is published, as tables of the catalogue: a version of the publication names a snapshot of each.

A candidate is written on a branch, of the rows that differ from those that are published; the table itself follows
when the version has become the current one. So whoever reads the tables in the catalogue sees no candidate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from omni_identity.engines.spark.columns import Columns, columns_of, schema_of
from omni_identity.engines.spark.rows import cast_rows
from omni_identity.engines.spark.statements import spark_name, view_name
from omni_identity.engines.spark.tables import AT_ONCE, PUBLISHED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from omni_identity.engines.spark.iceberg import IcebergTables

MANIFEST = "manifest.json"
EXCHANGED_ROWS = 100_000
"""Rows of a published table from which a night writes only those that differ; fewer are written anew sooner."""
_DIGEST = "digest_"


@dataclass(frozen=True)
class PublishedTable:
    """A table of one version; ``snapshot`` is None, and ``table`` a folder, where a former version wrote it."""

    table: str
    snapshot: int | None
    rows: int
    columns: Columns

    @property
    def names(self) -> list[str]:
        """Its columns' names."""
        return [name for name, _ in self.columns]


class Publications:
    """The versions of the publication in ``published``, whose current one the tables in the catalogue follow."""

    def __init__(
        self, session: SparkSession, stored: IcebergTables, published: Path | None
    ) -> None:
        self._session = session
        self._stored = stored
        self._published = published
        self._known: set[str] | None = None
        self._changed = set[str]()

    def write(self, name: str, rows: DataFrame, version: str, anew: bool) -> PublishedTable:
        """Write the rows of one published table for ``version``; readers of others see nothing of it."""
        table, columns = f"{PUBLISHED}.{name}", columns_of(rows)
        fitting = cast_rows(rows, schema_of(columns))
        if table not in self._tables() or self._stored.state(table).columns != columns:
            self._stored.create(table, columns)
            self._tables().add(table)
        self._changed.add(table)
        held = self._stored.state(table)
        branch = self._stored.branch(table)
        if anew or held.rows < EXCHANGED_ROWS or held.is_in_pieces:
            fitting.writeTo(branch).overwrite(F.lit(True))
        else:
            self._exchange(table, branch, fitting)
        snapshot, count = self._stored.tag(table, version)
        if count is None:
            count = self._at(table, snapshot).count()
        return PublishedTable(table, snapshot, count, columns)

    def _exchange(self, table: str, branch: str, rows: DataFrame) -> None:
        """Delete the rows that are not to be there any more from the branch, and add those that are not there yet."""
        wanted = rows.withColumn(_DIGEST, F.expr(_digest(rows.columns, "")))
        view = view_name(f"wanted.{table}")
        wanted.createOrReplaceTempView(view)
        self._session.sql(
            f"DELETE FROM {branch} AS held WHERE NOT EXISTS (SELECT 1 FROM {view} AS wanted"
            f" WHERE wanted.{_DIGEST} = {_digest(rows.columns, 'held.')})"
        )
        held = self._session.table(spark_name(table))
        digests = held.select(F.expr(_digest(held.columns, "")).alias(_DIGEST))
        wanted.join(digests, _DIGEST, "left_anti").drop(_DIGEST).writeTo(branch).append()
        self._session.catalog.dropTempView(view)

    def lend(self, name: str, table: PublishedTable) -> None:
        """Show a table of a version as the view of ``name``."""
        if table.snapshot is None:
            schema = schema_of(table.columns)
            frame = self._session.read.schema(schema).parquet(table.table)
        else:
            frame = self._at(table.table, table.snapshot)
        frame.createOrReplaceTempView(view_name(name))

    def take_back(self, name: str) -> None:
        """Hide it again."""
        self._session.catalog.dropTempView(view_name(name))

    def close(self, without_deleted: bool) -> None:
        """Make the published tables in the catalogue those of the current version, and remove what no version has.

        ``without_deleted``: and what tags and branches of others have, and every file that nothing names.
        """
        if self._published is not None:
            self._follow(self._published, without_deleted)
        remove = self._stored.purge if without_deleted else self._stored.expire
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(remove, sorted(self._tables() if without_deleted else self._changed)))

    def _follow(self, published: Path, without_deleted: bool) -> None:
        current, versions = published / "current", published / "versions"
        listed = read_published(current) if (current / MANIFEST).exists() else {}
        kept = {folder.name for folder in versions.iterdir()} if versions.is_dir() else set[str]()
        shown = {table.table: table.snapshot for table in listed.values()}
        for table in sorted(self._tables()):
            snapshot = shown.get(table)
            is_other = snapshot is not None and self._stored.show(table, snapshot)
            if self._stored.keep_versions(table, kept, not without_deleted) or is_other:
                self._changed.add(table)
            if without_deleted and snapshot is None:
                self._stored.truncate(table)

    def metadata(self, table: PublishedTable) -> str:
        """The file that says what a table is now, with the snapshots of all versions; ``ValueError`` for a folder."""
        if table.snapshot is None:
            raise ValueError(f"{table.table} was written by a former version")
        return self._stored.metadata(table.table)

    def _tables(self) -> set[str]:
        if self._known is None:
            self._stored.begin(PUBLISHED)
            rows = self._session.sql(f"SHOW TABLES IN `{PUBLISHED}`").collect()
            self._known = {f"{PUBLISHED}.{row['tableName']}" for row in rows}
        return self._known

    def _at(self, table: str, snapshot: int) -> DataFrame:
        return self._session.sql(f"SELECT * FROM {spark_name(table)} VERSION AS OF {snapshot}")


def _digest(names: list[str], source: str) -> str:
    """SQL for a digest of a row that tells it from every other."""
    values = ", ".join(f"{source}`{name}`" for name in names)
    return f"sha2(to_json(struct({values})), 256)"


def write_published(folder: Path, tables: Mapping[str, PublishedTable]) -> None:
    """Write the list of a version: by table its name in the catalogue, its snapshot, its rows, its columns."""
    listed = {
        name: {
            "table": table.table,
            "snapshot": table.snapshot,
            "rows": table.rows,
            "columns": [list(column) for column in table.columns],
        }
        for name, table in tables.items()
    }
    text = json.dumps({"version": 2, "tables": listed}, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_published(folder: Path) -> dict[str, PublishedTable]:
    """Read the list of a version; ``OSError`` if there is none. One of before Iceberg names folders."""
    listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["tables"]
    return {
        name: PublishedTable(
            table.get("table") or table["folder"],
            table.get("snapshot"),
            table["rows"],
            tuple((column, kind) for column, kind in table["columns"]),
        )
        for name, table in listed.items()
    }
