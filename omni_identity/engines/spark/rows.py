"""Rows between our words and Spark's: columns in the target's types, literals, functions of Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType
from sqlglot import exp

from omni_identity.engines.base import FrameFunction, Parameters
from omni_identity.engines.spark.store import Columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

OnArrow: TypeAlias = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""What a worker does with a partition, as ``mapInArrow`` takes it."""


def columns_of(rows: DataFrame) -> Columns:
    """The columns of a query; one that is never anything but null is a text."""
    return columns_of_schema(rows.schema)


def columns_of_schema(schema: StructType) -> Columns:
    """The same of a schema."""
    return tuple(
        (field.name, field.dataType.simpleString().replace("void", "string")) for field in schema
    )


def cast_rows(rows: DataFrame, schema: StructType) -> DataFrame:
    """The rows by position in the target's types and names."""
    if [(f.name, f.dataType) for f in rows.schema] == [(f.name, f.dataType) for f in schema]:
        return rows
    if len(rows.columns) != len(schema):
        raise ValueError(f"{len(rows.columns)} columns for a table of {len(schema)}")
    plain = rows.toDF(*(f"c{i}" for i in range(len(schema))))
    return plain.select(
        *(F.col(f"c{i}").cast(field.dataType).alias(field.name) for i, field in enumerate(schema))
    )


def order_by_name(rows: DataFrame, names: list[str]) -> DataFrame:
    """The rows with the columns ``names``, null where they have none; ``ValueError`` for one too many."""
    given = {name.lower() for name in rows.columns}
    unknown = given - {name.lower() for name in names}
    if unknown:
        raise ValueError(f"the table has no column {', '.join(sorted(unknown))}")
    return rows.select(
        *(
            F.col(f"`{name}`") if name.lower() in given else F.lit(None).alias(name)
            for name in names
        )
    )


def as_literal(value: object) -> Column:
    """A parameter as Spark takes it."""
    if isinstance(value, datetime):
        return F.expr(f"TIMESTAMP_NTZ '{value.isoformat(sep=' ')}'")
    if isinstance(value, (list, tuple)):
        return F.array(*(F.lit(element) for element in value))
    return F.lit(value)


def constant(e: exp.Expr, parameters: Parameters | None) -> Any:
    """The value of a parameter or a literal."""
    if isinstance(e, (exp.Parameter, exp.Placeholder)):
        return (parameters or {})[e.name]
    if isinstance(e, exp.Null):
        return None
    if isinstance(e, exp.Boolean):
        return bool(e.this)
    if e.is_string:
        return str(e.this)
    return float(e.this) if "." in e.this else int(e.this)


def on_batches(function: FrameFunction, schema: StructType) -> OnArrow:
    """``function`` as a worker applies it to every batch; the result has the columns of ``schema``."""
    apply = _on_rows(function, schema)
    return lambda batches: (made for batch in batches for made in apply([batch]))


def on_partitions(function: FrameFunction, schema: StructType) -> OnArrow:
    """The same for all rows of a partition at once."""
    apply = _on_rows(function, schema)

    def on_all(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = [batch for batch in batches if batch.num_rows]
        return apply(rows) if rows else iter(())

    return on_all


def _on_rows(
    function: FrameFunction, schema: StructType
) -> Callable[[list[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """``function`` of the rows of some batches together."""
    fitting = to_arrow_schema(schema, timezone="UTC")
    names = schema.names

    def apply(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        frame = pl.from_arrow(pa.Table.from_batches(batches))
        assert isinstance(frame, pl.DataFrame)
        yield from function(frame).select(names).to_arrow().cast(fitting).to_batches()

    return apply
