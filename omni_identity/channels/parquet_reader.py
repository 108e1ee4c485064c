"""Parquet files as raw batches: every type as text, lists as lists, structs by dotted path."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.configuration import Feed
from omni_identity.channels.reason_codes import (
    EMPTY_FILE,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
)
from omni_identity.channels.texts import decode, with_nul

BATCH_ROWS = 100_000
IN_MEMORY_BYTES = 1 << 24
UNREADABLE = (pa.ArrowException, OSError)


def read_parquet(path: Path, feed: Feed) -> Iterator[RawBatch]:
    """Rows of a Parquet file (gzipped if it ends in ``.gz``) with the columns of ``feed``.

    ``row_number`` counts the rows from 1. Dates and times become ISO 8601 (times with a zone in
    UTC), numbers and booleans their plain text, lists stay lists, anything else becomes JSON. A
    corrupt file gives the rows before the fault and one broken entry without a row number.
    """
    if path.stat().st_size == 0:
        yield file_broken(EMPTY_FILE, "no bytes")
        return
    if path.suffix.lower() != ".gz":
        with path.open("rb") as file:
            yield from _batches(file, feed.source_columns())
        return
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain:
        try:
            with gzip.open(path) as zipped:
                shutil.copyfileobj(zipped, plain)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            yield file_broken(UNREADABLE_FILE, "the compressed data is damaged or breaks off")
            return
        plain.seek(0)
        yield from _batches(plain, feed.source_columns())


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


def _batches(file: IO[bytes], columns: Sequence[str]) -> Iterator[RawBatch]:
    rows_before = 0
    try:
        content = parquet.ParquetFile(file, page_checksum_verification=True)
        there = {name: top for name in columns if (top := _top(name, content)) is not None}
        for batch in content.iter_batches(batch_size=BATCH_ROWS):  # all columns: payloads show them
            yield _raw_batch(batch, there, rows_before)
            rows_before += batch.num_rows
    except UNREADABLE as error:
        reason = TRUNCATED_FILE if rows_before else UNREADABLE_FILE
        yield file_broken(reason, f"Parquet: {type(error).__name__}")


def _top(name: str, content: parquet.ParquetFile) -> str | None:
    """The top-level column that holds ``name``; null when there is none."""
    if name not in parquet_columns(content):
        return None
    names = content.schema_arrow.names
    return name if name in names else next(n for n in names if name.startswith(n + "."))


def _raw_batch(batch: pa.RecordBatch, there: dict[str, str], rows_before: int) -> RawBatch:
    frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
    rows = frame.select(
        pl.int_range(rows_before + 1, rows_before + 1 + batch.num_rows, dtype=pl.Int64).alias(
            "row_number"
        )
    )
    bad = pl.repeat(False, batch.num_rows, dtype=pl.Boolean, eager=True)
    for name, top in there.items():
        series, faults = _text(_inside(frame[top], name[len(top) + 1 :]))
        rows = rows.with_columns(series.alias(source_column(name)))
        bad = bad if faults is None else bad | faults
    payloads = _Payloads(frame, rows_before)
    broken = []
    if bad.any():
        numbers = rows.filter(bad)["row_number"].to_list()
        detail = "bytes that are no text"
        broken = [
            Broken(n, UNDECODABLE_BYTES, detail, p)
            for n, p in zip(numbers, payloads(numbers), strict=True)
        ]
    return RawBatch(rows.filter(~bad), broken, payloads)


def _inside(series: pl.Series, path: str) -> pl.Series:
    for step in path.split(".") if path else []:
        series = series.struct.field(step)
    return series


def _text(series: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """The column as text or list of text, and a mask of what is no text, if anything is."""
    dtype = series.dtype
    if dtype == pl.Binary:
        return decode(series)
    if dtype == pl.String:
        return series, with_nul(series)
    if isinstance(dtype, pl.List | pl.Array):
        inner = series.arr.to_list() if isinstance(dtype, pl.Array) else series
        return inner.cast(pl.List(pl.String)), None
    return _scalar_text(series), None


def _scalar_text(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if isinstance(dtype, pl.Datetime):
        zone = "Z" if dtype.time_zone else ""
        utc = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else series
        return utc.dt.to_string("iso:strict") + zone if zone else utc.dt.to_string("iso:strict")
    if isinstance(dtype, pl.Struct):
        return series.struct.json_encode()
    if dtype.is_float():
        whole = (series == series.round(0)) & (series.abs() < 1e15)
        as_text = pl.DataFrame([series.alias("x"), whole.alias("whole")]).select(
            pl.when("whole")
            .then(pl.col("x").cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(pl.col("x").cast(pl.String))
        )
        return as_text.to_series()
    return series.cast(pl.String)


@dataclass(frozen=True)
class _Payloads:
    """Rows as JSON, by row number."""

    frame: pl.DataFrame
    rows_before: int

    def __call__(self, row_numbers: Sequence[int]) -> list[str]:
        rows = self.frame[[n - self.rows_before - 1 for n in row_numbers]]
        shown = rows.with_columns(
            pl.col(name).map_elements(_hex, return_dtype=pl.String)
            for name, dtype in rows.schema.items()
            if dtype == pl.Binary
        )
        return shown.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()


def _hex(value: bytes) -> str:
    return value.decode("utf-8", "replace")
