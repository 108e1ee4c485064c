"""What the published Parquet files say of their tables and columns, where tools that read Arrow look for it."""

from __future__ import annotations

import base64
from pathlib import Path

import pyarrow as pa

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.model.tables import Table


def comment_option(schema: pa.Schema, table: Table) -> str:
    """The option of DuckDB's ``copy`` that writes a table's comments into its Parquet file.

    ``schema`` is that of the rows. The comments are the metadata ``comment`` of Arrow's schema and of its
    fields, as pyarrow hands them out, and the table's stands beside it for tools that know no Arrow. A
    column that the registry does not know has none.
    """
    comments = {column.name: column.published_comment for column in table.columns}
    fields = [
        field.with_metadata({"comment": comments[field.name]}) if field.name in comments else field
        for field in schema
    ]
    commented = pa.schema(fields, metadata={"comment": table.comment})
    encoded = base64.b64encode(commented.serialize().to_pybytes()).decode("ascii")
    return f"kv_metadata {{'ARROW:schema': '{encoded}', 'comment': {literal(table.comment)}}}"


def write_parquet(engine: DuckDBEngine, source: str, file: Path, table: Table) -> None:
    """Write a query in brackets, or the table of a name, as a Parquet file with the table's comments."""
    schema = engine.connection.sql(f"from {source} limit 0").to_arrow_table().schema
    engine.run(
        f"copy {source} to {literal(file)} (format parquet, compression zstd, compression_level 1,"
        f" {comment_option(schema, table)})"
    )
