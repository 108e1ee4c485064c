"""The distributed engine: the same SQL, translated by sqlglot, and the same Polars functions, run by Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import sqlglot
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType
from splink import SparkAPI
from sqlglot import exp

from omni_identity.engines.base import FrameFunction, Parameters

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class SparkEngine:
    """An :class:`~omni_identity.engines.base.Engine` on a Spark session, which it uses but never stops.

    Tables are Parquet tables of the session's catalog. Spark has no transactions over several
    tables: :meth:`transaction` only groups statements, each of which replaces one table whole.
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    @property
    def rows_at_once(self) -> None:
        """Any number: workers share them out."""
        return None

    def run(self, sql: str, parameters: Parameters | None = None) -> None:
        """Execute one statement; ``create or replace table … as`` writes a new table, then renames it."""
        statement = sqlglot.parse_one(sql, read="duckdb")
        if isinstance(statement, exp.Create) and statement.kind == "TABLE" and statement.expression:
            self._create_table(statement, parameters)
        else:
            self._query(statement, parameters)

    def fetch(self, sql: str, parameters: Parameters | None = None) -> pl.DataFrame:
        """Return the result of one query as a frame; for small results only."""
        rows = self._query(sqlglot.parse_one(sql, read="duckdb"), parameters).toArrow()
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def write(self, table: str, frame: pl.DataFrame | pa.Table) -> None:
        """Append ``frame`` to ``table`` by column name."""
        rows = frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame
        target = self._session.table(table).schema
        schema = StructType([target[name] for name in rows.column_names])
        fitting = rows.cast(to_arrow_schema(schema, timezone="UTC"))
        self._append(table, self._session.createDataFrame(fitting, schema))

    def map_batches(
        self, query: str, function: FrameFunction, target: str, parameters: Parameters | None = None
    ) -> int:
        """Apply ``function`` to ``query``'s rows on the workers, append the results to ``target``."""
        source = self._query(sqlglot.parse_one(query, read="duckdb"), parameters)
        schema = self._session.table(target).schema
        fitting = to_arrow_schema(schema, timezone="UTC")

        def apply(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                frame = pl.from_arrow(pa.Table.from_batches([batch]))
                assert isinstance(frame, pl.DataFrame)
                mapped = function(frame).select(schema.names)
                yield from mapped.to_arrow().cast(fitting).to_batches()

        self._append(target, source.mapInArrow(apply, schema))
        return int(source.count())  # pyspark may be absent where types are checked

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group statements; see the class on why Spark cannot roll them back."""
        yield

    @contextmanager
    def splink(self) -> Iterator[SparkSplink]:
        """Lend Splink a database API on the session."""
        lent = SparkSplink(self._session)
        try:
            yield lent
        finally:
            lent.api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]

    def _query(self, statement: exp.Expr, parameters: Parameters | None) -> DataFrame:
        named = statement.transform(_as_named_marker)
        return self._session.sql(named.sql(dialect="spark"), args=dict(parameters or {}))

    def _create_table(self, statement: exp.Create, parameters: Parameters | None) -> None:
        name = statement.this.sql(dialect="spark")
        fresh = f"{name}__next"
        self._session.sql(f"drop table if exists {fresh}")
        rows = self._query(statement.expression, parameters)
        rows.write.format("parquet").saveAsTable(fresh)
        self._session.sql(f"drop table if exists {name}")
        self._session.sql(f"alter table {fresh} rename to {name}")

    def _append(self, table: str, rows: DataFrame) -> None:
        names = self._session.table(table).columns
        missing = [name for name in names if name not in rows.columns]
        if missing:
            rows = rows.selectExpr("*", *(f"null as `{name}`" for name in missing))
        rows.select(*names).write.insertInto(table)


class SparkSplink:
    """Splink on a Spark session."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self.api = SparkAPI(spark_session=session)  # type: ignore[no-untyped-call]

    def register(self, table: str) -> Any:
        """Return the table ``schema.table`` as a Splink frame."""
        return self.api.register(
            self._session.table(table), dataset_display_name=table.replace(".", "_")
        )

    def name_of(self, frame: Any) -> str:
        """Return the name of a Splink frame for the session's SQL."""
        return str(frame.physical_name)


def _as_named_marker(node: exp.Expr) -> exp.Expr:
    """DuckDB's ``$name`` is Spark's ``:name``."""
    if isinstance(node, exp.Parameter):
        return exp.Placeholder(this=node.name)
    return node
