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
from pyiceberg.io import load_file_io
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import Observation
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from sqlglot.errors import SqlglotError

from omni_identity.engines.base import FrameFunction, Parameters
from omni_identity.engines.heard import Heard
from omni_identity.engines.spark.columns import (
    arrow_schema,
    columns_of,
    columns_of_schema,
    rows_of,
    schema_of,
)
from omni_identity.engines.spark.enclosure import SparkEnclosure
from omni_identity.engines.spark.execution import execute
from omni_identity.engines.spark.files import batches_of, data_files
from omni_identity.engines.spark.formats import PASSING
from omni_identity.engines.spark.iceberg import IcebergTables
from omni_identity.engines.spark.lookups import MOST_ROWS
from omni_identity.engines.spark.published import (
    Publications,
    PublishedTable,
    read_published,
    write_published,
)
from omni_identity.engines.spark.rows import on_batches, on_partitions
from omni_identity.engines.spark.splink import SparkSplink
from omni_identity.engines.spark.statements import read_statement
from omni_identity.engines.spark.tables import SparkTables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPLINK_FUNCTIONS = {
    "jaro_winkler": "uk.gov.moj.dash.linkage.JaroWinklerSimilarity",
    "damerau_levenshtein": "uk.gov.moj.dash.linkage.LevDamerauDistance",
}
"""Functions of Splink's jar that our SQL calls, with their classes."""


class SparkEngine(Heard):
    """An :class:`~omni_identity.engines.base.Engine` on a Spark session, which it uses but never stops.

    Tables are Iceberg's, in the session's current catalogue. ``record`` is the file that says which snapshot of each
    is the last commit's, ``published`` the folder whose versions name those of published tables.
    """

    def __init__(
        self,
        session: SparkSession,
        record: Path,
        driver_rows: int = MOST_ROWS,
        published: Path | None = None,
    ) -> None:
        self._session = session
        stored = IcebergTables(session)
        self._tables = SparkTables(session, stored, record, driver_rows)
        self._publications = Publications(session, stored, published)
        self._lent: dict[str, PublishedTable] = {}
        self._is_open = True
        _register_functions(session)

    def close(self) -> None:
        """Remove what nothing needs any more; the session goes on."""
        self._close(without_deleted=False)

    def make_room(self) -> None:
        """Nothing: what is written stands in files at once."""

    def close_without_deleted(self) -> None:
        """Remove every file that no lasting table and no version of the publication has any more."""
        self._close(without_deleted=True)

    def _close(self, without_deleted: bool) -> None:
        if self._is_open:
            self._is_open = False
            self._publications.close(without_deleted)
            self._tables.close(without_deleted)

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

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement."""
        self._say(sql)
        statement = read_statement(sql)
        execute(self._tables, statement, parameters)

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query as a frame; for small results only."""
        self._say(sql)
        statement = read_statement(sql)
        found = self._tables.look_up(statement, sql, parameters)
        if found is not None:
            return found
        frame = pl.from_arrow(rows_of(self._tables.query(statement, parameters)))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""
        self._say(f"insert into {table} select 1")
        self._tables.write(_known(table), frame)

    def create_like(self, table: str, query: str) -> None:
        """Create ``table``, unless it is there, with the columns of ``query`` and without rows."""
        self._say(f"create table if not exists {table} as {query}")
        table = _known(table)
        if table not in self._tables:
            frame = self._tables.query(read_statement(query), None)
            self._tables.create(table, columns_of(frame))

    def rename(self, table: str, name: str) -> None:
        """Give ``table`` another name: its rows are copied, as not every catalogue can rename."""
        self._say(f"alter table {table} rename to {name.rpartition('.')[2]}")
        with self._tables.transaction():
            self._tables.create_as(name, self._tables.frame(table))
            self._tables.drop(table)

    def map_batches(
        self, query: str, function: FrameFunction, target: str, parameters: Parameters | None = None
    ) -> int:
        """Apply ``function`` to ``query``'s rows on the workers, append the results to ``target``."""
        self._say(f"insert into {target} {query}")
        target = _known(target)
        source = self._tables.query(read_statement(query), parameters)
        schema = schema_of(self._tables[target].columns)
        seen = Observation()
        counted = source.observe(seen, F.count(F.lit(1)).alias("rows"))
        self._tables.append(target, counted.mapInArrow(on_batches(function, schema), schema))
        return int(seen.get["rows"])

    def map_groups(self, query: str, by: str, function: FrameFunction, target: str) -> None:
        """Apply ``function`` on the workers to all rows with one value of ``by`` at once."""
        self._say(f"insert into {target} {query}")
        target = _known(target)
        schema = schema_of(self._tables[target].columns)
        source = self._tables.query(read_statement(query), None).repartition(F.col(by))
        self._tables.append(target, source.mapInArrow(on_partitions(function, schema), schema))

    def columns(self, attached: str = "") -> dict[str, list[str]]:
        """The columns of every lasting table, by ``schema.table``; or those of an attached publication."""
        if not attached:
            return {name: table.names for name, table in sorted(self._tables.lasting().items())}
        return {
            f"main.{name.partition('.')[2]}": table.names
            for name, table in sorted(self._lent.items())
            if name.startswith(f"{attached}.")
        }

    def read_file(self, path: Path, table: str) -> None:
        """Create or replace ``table`` with the rows of a Parquet file of this machine."""
        self._say(f"create or replace table {table} as select 1")
        rows = parquet.read_table(path)
        columns = columns_of_schema(from_arrow_schema(rows.schema, prefer_timestamp_ntz=True))
        name = _known(table.replace('"', ""))
        with self._tables.transaction():
            self._tables.create(name, columns)
            self._tables.write(name, rows)

    def write_file(self, query: str, path: Path) -> None:
        """Write the rows of ``query``, in its order, into one Parquet file of this machine.

        They come by the driver, a file of the workers' at a time.
        """
        rows = self._tables.query(read_statement(query), None)
        name = f"{PASSING}.written_"
        self._tables.create_as(name, rows)
        schema = arrow_schema(schema_of(columns_of(rows)))
        with parquet.ParquetWriter(path, schema) as writer:
            for file in data_files(self._tables[name].metadata):
                with load_file_io({}, file).new_input(file).open() as stream:
                    writer.write_table(parquet.read_table(stream).cast(schema))
        self._tables.drop(name)

    def read_batches(self, table: str) -> Iterator[pa.Table]:
        """The rows of a table, some at a time, in no order."""
        if table in self._lent:
            lent = self._lent[table]
            source = self._publications.metadata(lent), lent.snapshot
        else:
            source = self._tables[table].metadata, None
        for batch in batches_of(*source):
            yield pa.Table.from_batches([batch])

    @contextmanager
    def attached(self, folder: Path, name: str) -> Iterator[None]:
        """Lend the tables of a publication that :meth:`write_tables` wrote."""
        lent = {f"{name}.{table}": found for table, found in read_published(folder).items()}
        for table, found in lent.items():
            self._publications.lend(table, found)
        self._lent |= lent
        try:
            yield
        finally:
            for table in lent:
                del self._lent[table]
                self._publications.take_back(table)

    def write_tables(
        self, queries: Mapping[str, str], folder: Path, anew: bool = False
    ) -> dict[str, int]:
        """Write every query as a table of the version ``folder``, and the list of them into it.

        Returns the rows of each. ``anew``: no row of before stays, not even where a file says that it is gone.
        """
        tables = {
            name: self._publications.write(
                name, self._tables.query(read_statement(query), None), folder.name, anew
            )
            for name, query in queries.items()
        }
        write_published(folder, tables)
        return {name: table.rows for name, table in tables.items()}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is run inside when the (outermost) block ends, roll it back when it raises."""
        with self._tables.transaction():
            yield

    @contextmanager
    def enclosed(self, relations: Mapping[str, str]) -> Iterator[SparkEnclosure]:
        """Lend relations to queries that may name nothing else."""
        yield SparkEnclosure(self, relations)

    @contextmanager
    def splink(self) -> Iterator[SparkSplink]:
        """Lend Splink a database API on the session."""
        lent = SparkSplink(self._session, self._tables.frame)
        try:
            yield lent
        finally:
            lent.close()


def _known(table: str) -> str:
    """``schema.table`` as the catalogue knows it."""
    return table if "." in table else f"{PASSING}.{table}"


def _register_functions(session: SparkSession) -> None:
    """Add Splink's jar, and the functions of it that our SQL calls."""
    from pyspark.sql.types import DoubleType
    from splink.backends.spark import similarity_jar_location

    session.sql(f"ADD JAR '{similarity_jar_location()}'")
    for name, implementation in SPLINK_FUNCTIONS.items():
        session.udf.registerJavaFunction(name, implementation, DoubleType())
