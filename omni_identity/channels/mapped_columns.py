"""Mapped columns: the file's columns, trimmed, and gathered under the canonical names, unchanged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from omni_identity.channels.batches import source_column
from omni_identity.channels.column_sources import Source

TEXTS = pl.List(pl.String)


def trimmed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a file with every text without the white space around it; null where nothing is left.

    All columns at once: every query of Polars costs some tenths of a millisecond, however few the rows.
    """
    texts = [n for n, kind in rows.schema.items() if n != "row_number" and not kind.is_nested()]
    return rows.with_columns(_trimmed(pl.col(name).cast(pl.String)) for name in texts)


def single(rows: pl.DataFrame, columns: Sequence[Source]) -> pl.Series:
    """One text a row: the columns' non-empty values joined with a space; null when all are empty.

    ``rows`` are :func:`trimmed`. A column that the file lacks is empty; a list's elements count as values.
    """
    parts = [_joined(value) if _is_list(value) else value for value in _present(rows, columns)]
    if not parts:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    if len(parts) == 1:
        return parts[0]
    frame = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)])
    together = pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)
    return frame.select(pl.when(together != "").then(together)).to_series()


def many(rows: pl.DataFrame, columns: Sequence[Source]) -> pl.Series:
    """A list of texts a row: the columns' non-empty values in their order; null when all are.

    ``rows`` are :func:`trimmed`.
    """
    values = _present(rows, columns)
    if any(_is_list(value) for value in values):
        return _gathered_lists(values)
    parts = [value for value in values if value.null_count() < len(value)]
    if not parts:
        return pl.Series([None], dtype=TEXTS).new_from_index(0, len(rows))
    if len(parts) == 1:
        frame = parts[0].to_frame("v")
        return frame.select(
            pl.when(pl.col("v").is_not_null()).then(pl.concat_list("v"))
        ).to_series()
    return _interleaved(parts)


def _present(rows: pl.DataFrame, columns: Sequence[Source]) -> list[pl.Series]:
    return [rows[name] for column in columns if (name := source_column(column)) in rows.columns]


def _is_list(value: pl.Series) -> bool:
    return isinstance(value.dtype, pl.List)


def _joined(lists: pl.Series) -> pl.Series:
    text = _trimmed(pl.col("t").list.join(" ", ignore_nulls=True))
    return lists.to_frame("t").select(text).to_series()


def _trimmed(text: pl.Expr) -> pl.Expr:
    bare = text.str.strip_chars()
    return pl.when(bare != "").then(bare)


def _gathered_lists(values: Sequence[pl.Series]) -> pl.Series:
    """For columns that hold lists (JSON arrays, Parquet lists), beside others that do not."""
    lists = [value if _is_list(value) else value.reshape((-1, 1)).arr.to_list() for value in values]
    frame = pl.DataFrame(
        [part.cast(TEXTS).fill_null([]).alias(str(i)) for i, part in enumerate(lists)]
    )
    text = pl.element().str.strip_chars()
    gathered = pl.concat_list(pl.all()).list.eval(text.filter(text != ""))
    return (
        frame.select(gathered.alias("v"))
        .select(pl.when(pl.col("v").list.len() > 0).then("v"))
        .to_series()
    )


def _interleaved(parts: Sequence[pl.Series]) -> pl.Series:
    """Lists of the non-null values of several columns: one gather, six times faster than
    ``concat_list`` and ``drop_nulls``."""
    width, height = len(parts), len(parts[0])
    is_there = np.column_stack([part.is_not_null().to_numpy() for part in parts])
    flat = np.flatnonzero(is_there)
    stacked = pl.concat([part.alias("v") for part in parts])
    values = stacked.gather(flat % width * height + flat // width)
    counts = is_there.sum(axis=1)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    # from buffers: pyarrow imports pandas, half a second, before it takes an array of numpy's
    is_filled = pa.py_buffer(np.packbits(counts > 0, bitorder="little"))
    children = [values.to_arrow()]
    buffers = [is_filled, pa.py_buffer(offsets)]
    lists = pa.Array.from_buffers(
        pa.large_list(children[0].type), height, buffers, children=children
    )
    return pl.Series("v", lists).cast(TEXTS)
