"""Names and types of columns: as our statements declare them, as Spark has them, as Arrow does."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
from pyspark.sql import types as spark_types
from pyspark.sql.pandas import types as arrow_types
from pyspark.sql.types import StructType

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Columns = tuple[tuple[str, str], ...]
"""Names and Spark types, in order."""

_ZONE = (
    {"timezone": "UTC"} if "timezone" in signature(arrow_types.to_arrow_schema).parameters else {}
)
"""Spark 4 asks for the zone of timestamps, of which our tables have none."""


def columns_of(rows: DataFrame) -> Columns:
    """The columns of a query; one that is never anything but null is a text."""
    return columns_of_schema(rows.schema)


def columns_of_schema(schema: StructType) -> Columns:
    """The same of a schema."""
    return tuple(
        (field.name, field.dataType.simpleString().replace("void", "string")) for field in schema
    )


def schema_of(columns: Columns) -> StructType:
    """Columns as Spark's schema."""
    declared = ", ".join(f"`{name}` {kind}" for name, kind in columns)
    schema = spark_types._parse_datatype_string(declared)  # Spark 4's ``StructType.fromDDL``
    assert isinstance(schema, StructType)
    return schema


def arrow_schema(schema: StructType) -> pa.Schema:
    """Spark's schema as Arrow's."""
    return cast(Any, arrow_types.to_arrow_schema)(schema, **_ZONE)


def rows_of(frame: DataFrame) -> pa.Table:
    """Bring the rows of a query to the driver."""
    if hasattr(frame, "toArrow"):  # from Spark 4 on
        return cast(Any, frame).toArrow()
    batches = cast(Any, frame)._collect_as_arrow()
    return pa.Table.from_batches(batches, arrow_schema(frame.schema))
