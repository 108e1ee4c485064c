"""Reads Iceberg tables without Spark: the files of a snapshot, as PyIceberg lists them, for DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from omni_identity.engines.literals import identifier, literal
from omni_identity.model.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import DataScan


def query_for(
    connection: duckdb.DuckDBPyConnection, metadata: str, snapshot: int | None = None
) -> str:
    """A query for the rows of a table in a snapshot, or, without one, as ``metadata`` has it."""
    scan = _scan(metadata, snapshot)
    described = connection.from_arrow(_arrow_schema(scan).empty_table())
    columns = dict(zip(described.columns, map(str, described.types), strict=True))
    tasks = list(scan.plan_files())
    if not tasks:
        nulls = (f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
        return f"select {', '.join(nulls)} where false"
    # by their numbers: a column may have another name in a file, or be in none yet
    numbers = {field.name: field.field_id for field in scan.projection().fields}
    fields = ", ".join(
        f"{numbers[name]}: {{name: {literal(name)}, type: {literal(kind)}, default_value: null}}"
        for name, kind in columns.items()
    )
    files = sorted({_path(task.file.file_path) for task in tasks})
    listed = f"[{', '.join(literal(file) for file in files)}], schema = map {{{fields}}}"
    gone = sorted({_path(file.file_path) for task in tasks for file in task.delete_files})
    if not gone:
        return f"select * from read_parquet({listed})"
    deletions = f"read_parquet([{', '.join(literal(file) for file in gone)}])"
    return (
        "select * exclude (file_, file_row_number)"
        f" from read_parquet({listed}, filename = 'file_', file_row_number = true) r where not exists"
        f" (select 1 from {deletions} d where d.pos = r.file_row_number"
        " and regexp_replace(d.file_path, '^file:/+', '/') = r.file_)"
    )


def batches_of(metadata: str, snapshot: int | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a table, some at a time."""
    yield from _scan(metadata, snapshot).to_arrow_batch_reader()


def data_files(metadata: str) -> list[str]:
    """The files of a table's rows, in the order of the tasks that wrote them."""
    return sorted(task.file.file_path for task in _scan(metadata, None).plan_files())


def _scan(metadata: str, snapshot: int | None) -> DataScan:
    try:
        from pyiceberg.table import StaticTable
    except ImportError:
        raise ConfigurationError(
            "omni.yaml, engine: 'spark' keeps this home's warehouse, and to read it takes its extra:"
            ' pip install "omni-identity[spark]"'
        ) from None
    return StaticTable.from_metadata(metadata).scan(snapshot_id=snapshot)


def _arrow_schema(scan: DataScan) -> pa.Schema:
    from pyiceberg.io.pyarrow import schema_to_pyarrow

    return schema_to_pyarrow(scan.projection(), include_field_ids=False)


def _path(location: str) -> str:
    """A place as DuckDB writes it."""
    parts = urlsplit(location)
    return parts.path if parts.scheme == "file" else location
