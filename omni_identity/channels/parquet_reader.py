"""Parquet files as raw batches: the columns that are asked for as text, structs by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.header_names import plain_name
from omni_identity.channels.packing import DAMAGED, unpacked
from omni_identity.channels.parquet_values import as_text, is_plain, is_text
from omni_identity.channels.reason_codes import (
    EMPTY_FILE,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
)

BATCH_ROWS = 100_000
UNREADABLE = (pa.ArrowException, OSError)


def read_parquet(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Rows of a Parquet file (packed if its suffix says so) with the columns of ``feed``.

    ``row_number`` counts the rows from 1. What becomes of each type, :func:`as_text` says; columns that
    ``feed`` does not name may have any. A corrupt file gives the rows before the fault and one broken
    entry without a row number. ``file``: the opened file, if it is. Raises ``FileFault`` for a column
    whose type cannot be read, ``OSError`` with a number when the system gives the file out no more.
    """
    if file is None:
        with path.open("rb") as opened:
            yield from read_parquet(path, feed, opened)
        return
    if not file.read(1):
        yield file_broken(EMPTY_FILE, "no bytes")
        return
    file.seek(0)
    try:
        with unpacked(path, file) as plain:
            yield from _batches(plain, feed.source_columns())
    except FileFault as fault:
        if fault.detail != DAMAGED:
            raise
        yield file_broken(UNREADABLE_FILE, fault.detail)


def parquet_columns(file: parquet.ParquetFile) -> list[str]:
    """Names that a mapping may use: columns, and fields of structs by dotted path."""
    names: list[str] = []

    def visit(prefix: str, field: pa.Field) -> None:
        names.append(prefix + field.name)
        if pa.types.is_struct(field.type):
            for inner in field.type:
                visit(f"{prefix}{field.name}.", inner)

    for field in file.schema_arrow:
        visit("", field)
    return names


def _batches(file: BinaryIO, columns: Sequence[str]) -> Iterator[RawBatch]:
    rows_before = 0
    try:
        content = parquet.ParquetFile(file, page_checksum_verification=True)
        there = {name: found for name in columns if (found := _find(name, content)) is not None}
        if not there:
            yield RawBatch(pl.DataFrame({"row_number": [1]}), [], lambda _: [])
            return
        # without threads: those that are at work on a corrupt file can end the process
        for batch in content.iter_batches(
            BATCH_ROWS, columns=[f[0] for f in there.values()], use_threads=False
        ):
            yield _raw_batch(batch, there, _Payloads(content, batch, rows_before))
            rows_before += batch.num_rows
    except UNREADABLE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = TRUNCATED_FILE if rows_before else UNREADABLE_FILE
        yield file_broken(reason, f"Parquet: {type(error).__name__}")


def _find(name: str, content: parquet.ParquetFile) -> tuple[str, str] | None:
    """What a column that ``omni.yaml`` names is called, and the top-level column that holds it; null for none."""
    known = parquet_columns(content)
    if name not in known:
        wanted = plain_name(name)
        alike = next((column for column in known if plain_name(column) == wanted), None)
        if alike is None:
            return None
        name = alike
    names = content.schema_arrow.names
    return name, (name if name in names else next(n for n in names if name.startswith(n + ".")))


def _raw_batch(
    batch: pa.RecordBatch, there: dict[str, tuple[str, str]], payloads: _Payloads
) -> RawBatch:
    first = payloads.rows_before + 1
    numbers = pl.int_range(first, first + batch.num_rows, dtype=pl.Int64, eager=True)
    rows = numbers.alias("row_number").to_frame()
    bad = pl.repeat(False, batch.num_rows, dtype=pl.Boolean, eager=True)
    for name, (own, top) in there.items():
        series, faults = as_text(_inside(batch.column(top), own[len(top) + 1 :]), name)
        rows = rows.with_columns(series.alias(source_column(name)))
        bad = bad if faults is None else bad | faults
    broken = []
    if bad.any():
        faulty = rows.filter(bad)["row_number"].to_list()
        detail = "bytes that are no text"
        broken = [
            Broken(n, UNDECODABLE_BYTES, detail, p)
            for n, p in zip(faulty, payloads(faulty), strict=True)
        ]
    return RawBatch(rows.filter(~bad), broken, payloads)


def _inside(values: pa.Array, path: str) -> pa.ChunkedArray:
    from pyarrow import compute as pc  # not where nobody reads Parquet: it takes a while

    for step in path.split(".") if path else []:
        values = pc.struct_field(values, step)
    return pa.chunked_array([values])


class _Payloads:
    """Rows as JSON, by row number: the columns that were read, and of the others those of plain types."""

    def __init__(
        self, content: parquet.ParquetFile, batch: pa.RecordBatch, rows_before: int
    ) -> None:
        self.rows_before = rows_before
        self._content = content
        self._batch = batch
        self._groups: dict[int, pa.Table] = {}

    def __call__(self, row_numbers: Sequence[int]) -> list[str]:
        here = pa.array([n - self.rows_before - 1 for n in row_numbers], pa.int64())
        found = {
            name: pa.chunked_array([self._batch.column(name).take(here)])
            for name in self._batch.schema.names
        }
        found |= self._others(row_numbers)
        shown = [
            _shown(found[name], name) for name in self._content.schema_arrow.names if name in found
        ]
        return (
            pl.DataFrame(shown)
            .select(pl.struct(pl.all()).struct.json_encode())
            .to_series()
            .to_list()
        )

    def _others(self, row_numbers: Sequence[int]) -> dict[str, pa.ChunkedArray]:
        """The columns that nobody asked for, as far as they can be read."""
        read = set(self._batch.schema.names)
        schema = self._content.schema_arrow
        names = [f.name for f in schema if is_plain(f.type) and f.name not in read]
        names = [name for name in names if schema.names.count(name) == 1]
        if not names:
            return {}
        sizes = [
            self._content.metadata.row_group(i).num_rows
            for i in range(self._content.num_row_groups)
        ]
        ends = np.cumsum(sizes)
        rows = np.array(row_numbers, dtype=np.int64) - 1
        of_group = np.searchsorted(ends, rows, side="right")
        try:
            parts = [
                self._group(int(g), names).slice(int(n - ends[g] + sizes[g]), 1)
                for g, n in zip(of_group, rows, strict=True)
            ]
        except UNREADABLE:
            return {}
        table = pa.concat_tables(parts)
        return {name: table.column(name) for name in names}

    def _group(self, number: int, names: Sequence[str]) -> pa.Table:
        if number not in self._groups:
            self._groups = {number: self._content.read_row_group(number, list(names), False)}
        return self._groups[number].select(names)


def _shown(values: pa.ChunkedArray, name: str) -> pl.Series:
    if is_text(values.type):
        texts = [
            None if v is None else v.decode("utf-8", "replace")
            for v in values.cast(pa.large_binary()).to_pylist()
        ]
        return pl.Series(name, texts, dtype=pl.String)
    if is_plain(values.type):
        return pl.Series(name, pl.from_arrow(values))
    return as_text(values, name)[0].alias(name)
