"""The texts of a Parquet file, whether they quote erased persons, and the marks in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.marked_texts import leaves, with_changes
from omni_identity.channels.packing import packed_as, unpacked
from omni_identity.channels.parquet_reader import UNREADABLE
from omni_identity.channels.parts import Part
from omni_identity.channels.quotations import Quotations
from omni_identity.erasure.files.parquet import compression_of


def parquet_texts(part: Part) -> Iterator[pl.Series]:
    """The distinct texts of every column, row group by row group, up to one that cannot be read."""
    for rows in _row_groups(part):
        yield from (_texts_of(column) for column in rows.columns if _holds_text(column.type))


def quoting_row_groups(part: Part, quotations: Quotations) -> Iterator[bool]:
    """Row group by row group, whether it quotes an erased person."""
    for rows in _row_groups(part):
        yield bool(_marked_columns(rows, quotations))


def mark_parquet(part: Part, fresh: Path, quotations: Quotations) -> None:
    """Write the file as ``fresh`` with marks in it: same schema, row groups and compression."""
    with (
        unpacked(part.path, part.file) as plain,
        fresh.open("wb") as target,
        packed_as(part.path, target) as written,
    ):
        source = parquet.ParquetFile(plain)
        compression = compression_of(source.metadata)
        with parquet.ParquetWriter(written, source.schema_arrow, compression=compression) as writer:
            for group in range(source.metadata.num_row_groups):
                rows = source.read_row_group(group, use_threads=False)
                for name, column in _marked_columns(rows, quotations).items():
                    rows = rows.set_column(name, rows.schema.field(name), column)
                if rows.num_rows:
                    writer.write_table(rows, row_group_size=rows.num_rows)


def _row_groups(part: Part) -> Iterator[pa.Table]:
    with unpacked(part.path, part.file) as plain:
        content = parquet.ParquetFile(plain)
        columns = [field.name for field in content.schema_arrow if _holds_text(field.type)]
        for group in range(content.metadata.num_row_groups) if columns else ():
            try:
                rows = content.read_row_group(group, columns, use_threads=False)
            except UNREADABLE:
                return
            yield rows


def _marked_columns(rows: pa.Table, quotations: Quotations) -> dict[int, pa.Array]:
    """The columns, by position, that quote, with their marks."""
    changed = {}
    for i, column in enumerate(rows.columns):
        if not _holds_text(column.type):
            continue
        values = column.to_pylist() if pa.types.is_nested(column.type) else None
        distinct = _texts_of(column, values)
        marked = quotations.marked(distinct)
        is_changed = marked.ne_missing(distinct)
        if not is_changed.any():
            continue
        pairs = zip(distinct.filter(is_changed), marked.filter(is_changed), strict=True)
        changes = dict(pairs)
        found = column.cast(pa.string()).to_pylist() if values is None else values
        fresh = [with_changes(v, changes, has_numbers=False) for v in found]
        changed[i] = pa.array(fresh, type=_plain_type(column.type)).cast(column.type)
    return changed


def _texts_of(column: pa.ChunkedArray, values: list[Any] | None = None) -> pl.Series:
    """The distinct texts of a Parquet column; ``values`` are those of a nested one, if they are known."""
    if not pa.types.is_nested(column.type):
        texts = pl.Series("text", column.cast(pa.large_string()), dtype=pl.String)
        return texts.drop_nulls().unique()
    nested = column.to_pylist() if values is None else values
    texts_within = [leaf for leaf in leaves(nested) if isinstance(leaf, str)]
    return pl.Series("text", texts_within, dtype=pl.String).unique()


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _holds_text(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _holds_text(kind.value_type)
    if pa.types.is_struct(kind):
        return all(
            _holds_text(kind.field(i).type) or pa.types.is_primitive(kind.field(i).type)
            for i in range(kind.num_fields)
        )
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
