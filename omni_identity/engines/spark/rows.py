"""Rows between our words and Spark's: columns in the target's types, literals, functions of Arrow batches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F
from pyspark.sql.types import StructType
from sqlglot import exp

from omni_identity.engines.base import FrameFunction, Parameters
from omni_identity.engines.spark.columns import arrow_schema

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

OnArrow: TypeAlias = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""What a worker does with a partition, as ``mapInArrow`` takes it."""


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


def bind(sql: str, parameters: Parameters | None) -> tuple[str, dict[str, Column]]:
    """``sql`` and the parameters in it as Spark takes them: single values; a list is read from a text."""
    given = {name: v for name, v in (parameters or {}).items() if f":{name}" in sql}
    for name, value in given.items():
        if isinstance(value, (list, tuple)):
            kind = _ELEMENTS.get(type(value[0]) if value else str, "STRING")
            sql = re.sub(rf":{name}\b", f"from_json(:{name}, 'ARRAY<{kind}>')", sql)
    return sql, {name: _literal(value) for name, value in given.items()}


_ELEMENTS: dict[type, str] = {int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}


def _literal(value: object) -> Column:
    if isinstance(value, datetime):
        return F.expr(f"TIMESTAMP_NTZ '{value.isoformat(sep=' ')}'")
    return F.lit(json.dumps(list(value)) if isinstance(value, (list, tuple)) else value)


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

    def on_all(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = [batch for batch in batches if batch.num_rows]
        return apply(rows) if rows else iter(())

    return on_all


def _on_rows(
    function: FrameFunction, schema: StructType
) -> Callable[[list[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """``function`` of the rows of some batches together."""
    fitting = arrow_schema(schema)
    names = schema.names

    def apply(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        frame = pl.from_arrow(pa.Table.from_batches(batches))
        assert isinstance(frame, pl.DataFrame)
        yield from function(frame).select(names).to_arrow().cast(fitting).to_batches()

    return apply
