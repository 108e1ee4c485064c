"""Iceberg tables in a catalogue of the session, by Spark's SQL where it has words for it, else by Iceberg's own API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as parquet
from pyiceberg.io import load_file_io
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from omni_identity.engines.spark.columns import Columns, columns_of_schema
from omni_identity.engines.spark.formats import CANDIDATE, TableState
from omni_identity.model.errors import RunFailed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OURS = "omni_identity"
"""The property by which we know tables that we made."""
PROPERTIES = {
    OURS: "true",
    "format-version": "2",
    # a night writes what it changes and no row beside it
    "write.delete.mode": "merge-on-read",
    "write.update.mode": "merge-on-read",
    "write.merge.mode": "merge-on-read",
    # whoever reads a file of rows reads the deletions of that file alone
    "write.delete.granularity": "file",
    # rows stay in the tasks that made them: no shuffle before every insert
    "write.distribution-mode": "none",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
}
MAIN = "main"
TAG = "omni-"
"""How the tags of published versions begin."""


def quoted(name: str) -> str:
    """``schema.table`` as Spark's SQL has it."""
    return ".".join(f"`{part}`" for part in name.split("."))


class IcebergTables:
    """A :class:`~omni_identity.engines.spark.formats.TableFormat` in the session's current catalogue."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._java: Any = cast(Any, session)._jvm.org.apache.iceberg
        self._begun: set[str] = set()

    def begin(self, schema: str) -> None:
        """Make a schema, unless it is there."""
        if schema not in self._begun:
            self._session.sql(f"CREATE NAMESPACE IF NOT EXISTS `{schema}`")
            self._begun.add(schema)

    def tables(self, schemas: Iterable[str]) -> Iterator[str]:
        """The tables of some schemas that this product made."""
        for schema in schemas:
            self.begin(schema)
            for row in self._session.sql(f"SHOW TABLES IN `{schema}`").collect():
                name = f"{schema}.{row['tableName']}"
                if self._table(name).properties().containsKey(OURS):
                    yield name

    def state(self, name: str) -> TableState:
        """What a table is now."""
        table = self._table(name)
        schema, snapshot = table.schema(), table.currentSnapshot()
        totals = dict.fromkeys(_TOTALS, 0)
        if snapshot is not None:
            summary = snapshot.summary()
            totals = {key: int(summary.get(f"total-{key}") or 0) for key in _TOTALS}
        return TableState(
            _columns(self._java.spark.SparkSchemaUtil.convert(schema).json()),
            table.operations().current().metadataFileLocation(),
            None if snapshot is None else snapshot.snapshotId(),
            schema.schemaId(),
            totals["records"],
            totals["data-files"],
            totals["delete-files"],
            totals["files-size"],
        )

    def create(self, name: str, columns: Columns) -> None:
        """Create a table without rows, in the place of one that is there, whose past remains."""
        self.begin(name.partition(".")[0])
        declared = ", ".join(f"`{column}` {kind}" for column, kind in columns)
        properties = ", ".join(f"'{key}' = '{value}'" for key, value in PROPERTIES.items())
        self._session.sql(
            f"CREATE OR REPLACE TABLE {quoted(name)} ({declared}) USING iceberg TBLPROPERTIES ({properties})"
        )

    def create_as(self, name: str, rows: DataFrame) -> None:
        """The same with the rows of a query."""
        self.begin(name.partition(".")[0])
        writer = rows.writeTo(quoted(name)).using("iceberg")
        for key, value in PROPERTIES.items():
            writer = writer.tableProperty(key, value)
        writer.createOrReplace()

    def append(self, name: str, rows: DataFrame) -> None:
        """Add the rows of a query, which has the table's columns."""
        rows.writeTo(quoted(name)).append()

    def append_rows(self, name: str, rows: pa.Table) -> None:
        """Add rows from the driver; columns that they lack are null. ``ValueError`` for one that the table lacks.

        They become a file of the table without a job of Spark's.
        """
        table = self._table(name)
        schema = _arrow_schema(self._java.SchemaParser.toJson(table.schema()))
        unknown = set(rows.column_names) - set(schema.names)
        if unknown:
            raise ValueError(f"{name} has no column {', '.join(sorted(unknown))}")
        fitting = [
            rows.column(field.name).cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(rows.num_rows, field.type)
            for field in schema
        ]
        path = table.locationProvider().newDataLocation(f"{uuid.uuid4().hex}.parquet")
        output = load_file_io({}, path).new_output(path)
        with output.create() as stream:
            parquet.write_table(pa.Table.from_arrays(fitting, schema=schema), stream)
        file = (
            self._java.DataFiles.builder(table.spec())
            .withPath(path)
            .withFormat("PARQUET")
            .withFileSizeInBytes(len(output))
            .withRecordCount(rows.num_rows)
            .build()
        )
        table.newFastAppend().appendFile(file).commit()

    def overwrite(self, name: str, rows: DataFrame) -> None:
        """Have the rows of a query, of the table's columns, instead of those that are there."""
        rows.writeTo(quoted(name)).overwrite(F.lit(True))

    def truncate(self, name: str) -> None:
        """Remove all rows."""
        everything = self._java.expressions.Expressions.alwaysTrue()
        self._table(name).newDelete().deleteFromRowFilter(everything).commit()

    def return_to(self, name: str, state: TableState) -> None:
        """Make a table what it was; ``RunFailed`` where that is there no more."""
        if state.snapshot is not None and self._table(name).snapshot(state.snapshot) is None:
            raise RunFailed(
                f"The table {name} is later than spark.json in the home's warehouse folder, and what that file names"
                " was removed since, so they are of different backups. Nothing was changed in it. Put back both of"
                " one time; or move the warehouse, spark.json and spark.lock away, and `omni restore` rebuilds its"
                " memory from the publication."
            )
        self._lead(name, MAIN, state.snapshot, state.schema)

    def drop(self, name: str) -> None:
        """Remove a table with all that it was."""
        self._session.sql(f"DROP TABLE IF EXISTS {quoted(name)} PURGE")

    def expire(self, name: str) -> None:
        """Remove what a table was, but where a version of the publication needs it."""
        table = self._table(name)
        needed = {table.refs().get(ref).snapshotId() for ref in table.refs().keySet()}
        if table.operations().current().snapshots().size() <= len(needed):
            return
        now = int(cast(Any, self._session)._jvm.java.lang.System.currentTimeMillis())
        expiry = table.expireSnapshots()
        expiry.expireOlderThan(now + 1).retainLast(1).cleanExpiredFiles(True).commit()

    def purge(self, name: str) -> None:
        """The same, and every file that nothing names."""
        self.expire(name)
        session = cast(Any, self._session)
        now = int(session._jvm.java.lang.System.currentTimeMillis())
        actions = self._java.spark.actions.SparkActions.get(session._jsparkSession)
        actions.deleteOrphanFiles(self._table(name)).olderThan(now + 1).execute()

    def branch(self, name: str) -> str:
        """Begin the branch ``CANDIDATE`` of a table where the table is now; its name for Spark's SQL."""
        table = self._table(name)
        manager = table.manageSnapshots()
        if table.refs().containsKey(CANDIDATE):
            manager = manager.removeBranch(CANDIDATE)
        snapshot = table.currentSnapshot()
        if snapshot is None:
            manager = manager.createBranch(CANDIDATE)
        else:
            manager = manager.createBranch(CANDIDATE, snapshot.snapshotId())
        manager.commit()
        return f"{quoted(name)}.`branch_{CANDIDATE}`"

    def tag(self, name: str, version: str) -> tuple[int, int | None]:
        """Keep what the branch has as ``version``, and end the branch; the snapshot, and its rows if it says them."""
        table = self._table(name)
        table.refresh()
        snapshot = table.snapshot(CANDIDATE)
        manager = table.manageSnapshots()
        if table.refs().containsKey(TAG + version):
            manager = manager.removeTag(TAG + version)
        manager.createTag(TAG + version, snapshot.snapshotId()).removeBranch(CANDIDATE).commit()
        totals = snapshot.summary()
        is_sure = int(totals.get("total-delete-files") or 0) == 0
        return snapshot.snapshotId(), int(totals.get("total-records") or 0) if is_sure else None

    def keep_versions(self, name: str, versions: set[str], others: bool) -> bool:
        """Let go of all versions but these, and, without ``others``, of tags and branches that are not ours.

        Returns whether there were any.
        """
        table = self._table(name)
        kept = {TAG + version for version in versions} | {MAIN}
        ours = (ref for ref in table.refs().keySet() if ref == CANDIDATE or ref.startswith(TAG))
        gone = sorted(set(ours if others else table.refs().keySet()) - kept)
        if gone:
            manager = table.manageSnapshots()
            for ref in gone:
                is_tag = table.refs().get(ref).isTag()
                manager = manager.removeTag(ref) if is_tag else manager.removeBranch(ref)
            manager.commit()
        return bool(gone)

    def show(self, name: str, snapshot: int) -> bool:
        """Make a snapshot what a table is for whoever names no other; whether it was another."""
        now = self._table(name).currentSnapshot()
        is_other = now is None or now.snapshotId() != snapshot
        if is_other:
            self._lead(name, MAIN, snapshot)
        return is_other

    def metadata(self, name: str) -> str:
        """The file that says what a table is now."""
        return str(self._table(name).operations().current().metadataFileLocation())

    def _lead(
        self, name: str, branch: str, snapshot: int | None, schema: int | None = None
    ) -> None:
        """Let a branch end at a snapshot of its past, or be empty, and the table have a schema of its past."""
        table = self._table(name)
        operations = table.operations()
        now = operations.refresh()
        changed = self._java.TableMetadata.buildFrom(now)
        if schema is not None:
            changed = changed.setCurrentSchema(schema)
        is_empty = snapshot is None
        led = changed.removeRef(branch) if is_empty else changed.setBranchSnapshot(snapshot, branch)
        operations.commit(now, led.build())
        table.refresh()

    def _table(self, name: str) -> Any:
        session = cast(Any, self._session)._jsparkSession
        catalog = self._session.catalog.currentCatalog()
        return self._java.spark.Spark3Util.loadIcebergTable(session, f"`{catalog}`.{quoted(name)}")


_TOTALS = ("records", "delete-files", "data-files", "files-size")


@lru_cache(maxsize=4096)
def _columns(schema: str) -> Columns:
    return columns_of_schema(StructType.fromJson(json.loads(schema)))


@lru_cache(maxsize=4096)
def _arrow_schema(schema: str) -> pa.Schema:
    """With the fields' numbers, by which Iceberg knows the columns of a file."""
    return schema_to_pyarrow(Schema.model_validate_json(schema))
