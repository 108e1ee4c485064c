"""The distributed engine: the same SQL, translated, and the same Polars functions, run by Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import Observation
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from sqlglot.errors import SqlglotError

from omni_identity.engines.base import FrameFunction, Parameters
from omni_identity.engines.heard import Heard
from omni_identity.engines.spark.changes import change_tables
from omni_identity.engines.spark.enclosure import SparkEnclosure
from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.lookups import MOST_ROWS
from omni_identity.engines.spark.published import (
    published_place,
    read_published,
    write_published,
)
from omni_identity.engines.spark.rows import (
    columns_of,
    columns_of_schema,
    on_batches,
    on_partitions,
)
from omni_identity.engines.spark.splink import SparkSplink
from omni_identity.engines.spark.statements import (
    read_statement,
)
from omni_identity.engines.spark.store import Part, StoredTable, TableStore
from omni_identity.engines.spark.tables import QUICK, SparkTables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPLINK_FUNCTIONS = {
    "jaro_winkler": "uk.gov.moj.dash.linkage.JaroWinklerSimilarity",
    "damerau_levenshtein": "uk.gov.moj.dash.linkage.LevDamerauDistance",
}
"""Functions of Splink's jar that our SQL calls, with their classes."""
MOST_PARTS = 24
"""Folders of a table from which the next insert brings them together."""


class SparkEngine(Heard):
    """An :class:`~omni_identity.engines.base.Engine` on a Spark session, which it uses but never stops.

    Tables are Parquet folders under ``warehouse``; see :mod:`omni_identity.engines.spark.store` on how
    they come and go.
    """

    def __init__(
        self, session: SparkSession, warehouse: str | Path, driver_rows: int = MOST_ROWS
    ) -> None:
        self._session = session
        self._store = TableStore(Folders(warehouse))
        self._tables = SparkTables(session, self._store, driver_rows)
        self._is_lent = False
        _register_functions(session)

    def close(self) -> None:
        """Remove what nothing needs any more; the session goes on."""
        self._store.sweep()
        self._tables.close()

    @property
    def rows_at_once(self) -> None:
        """Any number: workers share them out."""
        return None

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What a statement raises that cannot be run."""
        return (PySparkException, SqlglotError, ValueError, duckdb.Error)

    def words_of(self, error: Exception) -> str:
        """What an error says of names and syntax; of others their kind: they quote values."""
        if isinstance(error, (AnalysisException, SqlglotError)):
            return str(error).splitlines()[0]
        return f"{type(error).__name__} when it was run"

    def close_without_deleted(self) -> None:
        """Remove every folder that no lasting table has any more."""
        for name in self._store.tables():
            if "." not in name:
                self._store.drop(name)
        self.close()

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement."""
        self._say(sql)
        statement = read_statement(sql)
        change_tables(self._tables, statement, parameters)

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query as a frame; for small results only."""
        self._say(sql)
        statement = read_statement(sql)
        found = self._tables.look_up(statement, sql, parameters)
        if found is not None:
            return found
        rows = self._tables.query(statement, parameters).toArrow()
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""
        self._say(f"insert into {table} select 1")
        self._tables.write(table, frame)

    def create_like(self, table: str, query: str) -> None:
        """Create ``table``, unless it is there, with the columns of ``query`` and without rows."""
        self._say(f"create table if not exists {table} as {query}")
        if table not in self._store:
            frame = self._tables.query(read_statement(query), None)
            self._store.put(table, StoredTable(columns_of(frame)))

    def rename(self, table: str, name: str) -> None:
        """Give ``table`` another name; its folders stay where they are."""
        self._say(f"alter table {table} rename to {name.rpartition('.')[2]}")
        with self._store.transaction():
            self._store.put(name, self._store[table])
            self._store.drop(table)
        self._tables.hide(table)

    def map_batches(
        self, query: str, function: FrameFunction, target: str, parameters: Parameters | None = None
    ) -> int:
        """Apply ``function`` to ``query``'s rows on the workers, append the results to ``target``."""
        self._say(f"insert into {target} {query}")
        source = self._tables.query(read_statement(query), parameters)
        schema = self._tables.schema(self._store[target].columns)
        seen = Observation()
        counted = source.observe(seen, F.count(F.lit(1)).alias("rows"))
        mapped = counted.mapInArrow(on_batches(function, schema), schema)
        self._store.append(target, self._tables.written(mapped))
        return int(seen.get["rows"])

    def map_groups(self, query: str, by: str, function: FrameFunction, target: str) -> None:
        """Apply ``function`` on the workers to all rows with one value of ``by`` at once."""
        self._say(f"insert into {target} {query}")
        schema = self._tables.schema(self._store[target].columns)
        source = self._tables.query(read_statement(query), None).repartition(F.col(by))
        mapped = source.mapInArrow(on_partitions(function, schema), schema)
        self._store.append(target, self._tables.written(mapped))

    def columns(self, attached: str = "") -> dict[str, list[str]]:
        """The columns of every lasting table, by ``schema.table``; or those of an attached publication."""
        found = {}
        for name, table in sorted(self._store.tables().items()):
            schema, _, plain = name.rpartition(".")
            if (
                schema
                and table.is_foreign == bool(attached)
                and (schema == attached or not attached)
            ):
                found[f"main.{plain}" if attached else name] = table.names
        return found

    def read_file(self, path: Path, table: str) -> None:
        """Create or replace ``table`` with the rows of a Parquet file of this machine."""
        self._say(f"create or replace table {table} as select 1")
        rows = parquet.read_table(path)
        columns = columns_of_schema(from_arrow_schema(rows.schema, prefer_timestamp_ntz=True))
        name = table.replace('"', "")
        with self._store.transaction():
            self._store.put(name, StoredTable(columns))
            self._tables.write(name, rows)

    def write_file(self, query: str, path: Path) -> None:
        """Write the rows of ``query``, in its order, into one Parquet file of this machine.

        They come by the driver, a file of the workers' at a time.
        """
        rows = self._tables.query(read_statement(query), None)
        part = self._tables.written(rows)
        schema = to_arrow_schema(self._tables.schema(columns_of(rows)), timezone="UTC")
        with parquet.ParquetWriter(path, schema) as writer:
            for table in self._store.folders.read_files(part.folder, schema):
                writer.write_table(table)

    def read_batches(self, table: str) -> Iterator[pa.Table]:
        """The rows of a table, a file of the workers' at a time."""
        stored = self._store[table]
        schema = to_arrow_schema(self._tables.schema(stored.columns), timezone="UTC")
        for part in stored.parts:
            folders = Folders(part.folder) if part.is_foreign else self._store.folders
            yield from folders.read_files("" if part.is_foreign else part.folder, schema)

    @contextmanager
    def attached(self, folder: Path, name: str) -> Iterator[None]:
        """Lend the tables of a publication that :meth:`write_tables` wrote."""
        tables = read_published(folder)
        for table, stored in tables.items():
            self._store.lend(f"{name}.{table}", stored)
        try:
            yield
        finally:
            for table in tables:
                self._store.take_back(f"{name}.{table}")

    def write_tables(self, queries: Mapping[str, str], folder: Path) -> dict[str, int]:
        """Write every query as a folder of Parquet files, and the list of them into ``folder``.

        They lie below ``folder``, or beside the warehouse where that is in an object store. Returns the
        rows of each.
        """
        tables: dict[str, StoredTable] = {}
        for name, query in queries.items():
            rows = self._tables.query(read_statement(query), None)
            columns = columns_of(rows)
            place = published_place(self._store.folders, folder, name)
            rows.write.mode("overwrite").options(**QUICK).parquet(place.url_of(name))
            count = place.count_rows(name)
            tables[name] = StoredTable(columns, (Part(place.url_of(name), count, True),))
        write_published(folder, tables)
        return {name: table.rows for name, table in tables.items()}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is run inside when the (outermost) block ends, roll it back when it raises."""
        with self._store.transaction():
            yield
        if not self._is_lent:
            self._store.sweep()

    @contextmanager
    def enclosed(self, relations: Mapping[str, str]) -> Iterator[SparkEnclosure]:
        """Lend relations to queries that may name nothing else."""
        yield SparkEnclosure(self, relations)

    @contextmanager
    def splink(self) -> Iterator[SparkSplink]:
        """Lend Splink a database API on the session."""
        lent = SparkSplink(self._session, self._tables.frame)
        self._is_lent = True
        try:
            yield lent
        finally:
            self._is_lent = False
            lent.close()


def _register_functions(session: SparkSession) -> None:
    """Add Splink's jar, and the functions of it that our SQL calls."""
    from pyspark.sql.types import DoubleType
    from splink.backends.spark import similarity_jar_location

    session.sql(f"ADD JAR '{similarity_jar_location()}'")
    for name, implementation in SPLINK_FUNCTIONS.items():
        session.udf.registerJavaFunction(name, implementation, DoubleType())
