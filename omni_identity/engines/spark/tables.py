"""The store's tables as Spark sees them: views for queries, results written as new folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.dataset as dataset
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from omni_identity.engines.base import Parameters
from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.lookups import MOST_ROWS, Lookups
from omni_identity.engines.spark.rows import as_literal
from omni_identity.engines.spark.statements import Statement, view_name
from omni_identity.engines.spark.store import Columns, Part, StoredTable, TableStore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST_PARTS = 24
"""Folders of a table from which the next insert brings them together."""
QUICK = {
    # files need no second renaming: nothing names the folder before it is whole
    "mapreduce.fileoutputcommitter.algorithm.version": "2",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


class SparkTables:
    """Tables of ``store`` in ``session``; look-ups of ``driver_rows`` rows and fewer are the driver's own."""

    def __init__(self, session: SparkSession, store: TableStore, driver_rows: int) -> None:
        self.session = session
        self.store = store
        self._driver_rows = driver_rows
        self._views: dict[str, StoredTable] = {}
        self._schemas: dict[Columns, StructType] = {}
        self._lookups = Lookups(self.files_of)

    def close(self) -> None:
        """Let views and look-ups go."""
        for name in list(self._views):
            self.hide(name)
        self._lookups.close()

    def hide(self, name: str) -> None:
        """Let go of the view of a table that is there no more."""
        self._lookups.forget([name])
        if self._views.pop(name, None) is not None:
            self.session.catalog.dropTempView(view_name(name))

    def query(self, statement: Statement, parameters: Parameters | None) -> DataFrame:
        """The frame of a query on the tables as they are now."""
        for name in statement.reads:
            self.show(name)
        arguments = {
            name: as_literal(value)
            for name, value in (parameters or {}).items()
            if f":{name}" in statement.sql
        }
        return self.session.sql(statement.sql, args=arguments or None)

    def show(self, name: str) -> None:
        """Make the session's view of a table that of its present version."""
        if name not in self.store:
            return
        table = self.store[name]
        if self._views.get(name) is not table:
            self.frame(name).createOrReplaceTempView(view_name(name))
            self._views[name] = table

    def frame(self, name: str) -> DataFrame:
        """The frame of a table as it is now."""
        table = self.store[name]
        if not table.parts:
            columns = ", ".join(f"CAST(NULL AS {kind}) AS `{c}`" for c, kind in table.columns)
            return self.session.sql(f"SELECT {columns} WHERE false")
        urls = [
            part.folder if part.is_foreign else self.store.folders.url_of(part.folder)
            for part in table.parts
        ]
        return self.session.read.schema(self.schema(table.columns)).parquet(*urls)

    def schema(self, columns: Columns) -> StructType:
        """Columns as Spark's schema."""
        if columns not in self._schemas:
            declared = ", ".join(f"`{name}` {kind}" for name, kind in columns)
            schema = StructType.fromDDL(declared)
            assert isinstance(schema, StructType)
            self._schemas[columns] = schema
        return self._schemas[columns]

    def written(self, rows: DataFrame) -> Part:
        """Run a query, write its rows into a new folder."""
        folder = self.store.new_folder()
        rows.write.options(**QUICK).parquet(self.store.folders.url_of(folder))
        return Part(folder, self.store.folders.count_rows(folder))

    def compact(self, name: str) -> None:
        """Bring a table's folders together when they have become many."""
        stored = self.store[name]
        if len(stored.parts) <= MOST_PARTS:
            return
        if stored.rows <= MOST_ROWS:
            part = Part(self.store.new_folder(), stored.rows)
            self.store.folders.write_rows(part.folder, self.files_of(stored).to_table())
        else:
            part = self.written(self.frame(name))
        self.store.put(name, replace(stored, parts=(part,)))

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""
        rows = frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
        if not rows.num_rows:
            return
        stored = self.store[table]
        schema = to_arrow_schema(self.schema(stored.columns), timezone="UTC")
        columns = [
            rows.column(field.name).cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(rows.num_rows, field.type)
            for field in schema
        ]
        unknown = set(rows.column_names) - set(schema.names)
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
        folder = self.store.new_folder()
        self.store.folders.write_rows(folder, pa.Table.from_arrays(columns, schema=schema))
        self.store.append(table, Part(folder, rows.num_rows))
        self.compact(table)

    def look_up(
        self, statement: Statement, sql: str, parameters: Parameters | None
    ) -> pl.DataFrame | None:
        """The result of a query that needs no job; None for any other."""
        known = self.known(sql)
        if known is not None:
            return known
        small = self.small(statement)
        return None if small is None else self._lookups.fetch(sql, parameters, small)

    def small(self, statement: Statement) -> dict[str, StoredTable] | None:
        """The tables that a query reads, if they are small enough to be looked up on the driver."""
        if not all(name in self.store for name in statement.reads):
            return None
        tables = {name: self.store[name] for name in statement.reads}
        if any(table.is_foreign for table in tables.values()):
            return None
        return tables if sum(table.rows for table in tables.values()) <= self._driver_rows else None

    def files_of(self, table: StoredTable) -> dataset.Dataset:
        """The rows of a table on the driver, to be read as they are asked for."""
        schema = to_arrow_schema(self.schema(table.columns), timezone="UTC")
        if any(part.is_foreign for part in table.parts):
            return Folders(table.parts[0].folder).files_of([""], schema)
        return self.store.folders.files_of((part.folder for part in table.parts), schema)

    def known(self, sql: str) -> pl.DataFrame | None:
        """What the manifest knows without asking Spark: how many rows a table has."""
        found = _COUNT.fullmatch(" ".join(sql.split()))
        if found is None or found["table"] not in self.store:
            return None
        table = self.store[found["table"]]
        if found["any"]:
            return pl.DataFrame({found["as"]: [1] * min(table.rows, 1)}, {found["as"]: pl.Int32})
        return pl.DataFrame({found["name"]: [table.rows]}, {found["name"]: pl.Int64})


_COUNT = re.compile(
    r"select (count\(\*\) as (?P<name>\w+)|(?P<any>1) as (?P<as>\w+))"
    r" from (?P<table>[\w.]+)(?(any) limit 1)",
    re.IGNORECASE,
)
