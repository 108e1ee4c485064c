"""JSON Lines files as raw batches: one object a line, nested values by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_reader import skip_line
from omni_identity.channels.reason_codes import (
    EMPTY_FILE,
    INVALID_JSON,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
    VALUE_TOO_LONG,
)
from omni_identity.channels.texts import decode, show

BLOCK_BYTES = 1 << 22
_BLANK = [b"\n", b"\r\n", b"\r", b""]
_BEGINS_OBJECT = r"^[ \t\r\n]*\{"
_VALUES = """
    select row_number,
        case when json_valid(line) then json_extract_string(line, $pointers::varchar[]) end as found
    from lines
    order by row_number
"""
"""Null for a line that is no JSON: extraction itself would raise."""
_LISTS = """
    with picked as (
        select row_number, coalesce(
                   nullif(json_extract(line, $key::varchar), 'null'::json),
                   json_extract(line, $nested::varchar)
               ) as value
        from lines
    )
    select case when value is null or json_type(value) = 'NULL' then null
                when json_type(value) = 'ARRAY' then from_json(value, '["VARCHAR"]')
                else [value ->> '$'] end as found
    from picked
    order by row_number
"""


def read_json_lines(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Rows of a JSON Lines file (gzipped if it ends in ``.gz``) with the columns of ``feed``.

    ``row_number`` counts the lines from 1, blank ones not counted. A column is a key or, where no
    such key is, a dotted path to a nested one. Numbers, booleans and objects become their JSON
    text, arrays become lists, JSON null and a missing key become null. ``file``: the opened file, if
    it is.
    """
    with ByteStream(path, feed.encoding, file) as stream, _parsing().cursor() as connection:
        parser = _Parser(connection, feed.source_columns())
        data, is_last = b"", False
        while not is_last:
            more = stream.read(BLOCK_BYTES)
            is_last = not more
            data += more
            end = len(data) if is_last and stream.damage is None else data.rfind(b"\n") + 1
            if end:
                yield parser.parse(data[:end])
            data = data[end:]
            if len(data) > BLOCK_BYTES:
                yield parser.too_long(data)
                data = skip_line(stream)
        if stream.damage is not None:
            reason = TRUNCATED_FILE if parser.rows_before else UNREADABLE_FILE
            yield file_broken(reason, stream.damage)
        elif not parser.rows_before:
            yield file_broken(EMPTY_FILE, "no line")


@cache
def _parsing() -> duckdb.DuckDBPyConnection:
    """One database in memory for all files: starting one costs more than reading a small file."""
    return duckdb.connect()


@dataclass
class _Parser:
    """Parses blocks of whole lines and keeps the row number from one to the next."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[str]
    rows_before: int = 0

    def parse(self, block: bytes) -> RawBatch:
        """Rows of one block, and what is broken in it."""
        raw = _lines(block)
        first = self.rows_before + 1
        self.rows_before += len(raw)
        text, undecodable = decode(raw)
        lines = pl.DataFrame({"line": text}).with_row_index("row_number", offset=first)
        lines = lines.with_columns(pl.col("row_number").cast(pl.Int64))

        def payloads(numbers: Sequence[int]) -> list[str]:
            return [show(raw[n - first]).rstrip("\r\n") for n in numbers]

        def broken(mask: pl.Series, reason_code: str, detail: str) -> list[Broken]:
            numbers = lines.filter(mask)["row_number"].to_list()
            texts = payloads(numbers)
            return [Broken(n, reason_code, detail, t) for n, t in zip(numbers, texts, strict=True)]

        detail = "bytes that are no text in the file's encoding"
        faults: list[Broken] = []
        if undecodable is not None:
            faults = broken(undecodable, UNDECODABLE_BYTES, detail)
            lines = lines.filter(~undecodable)
        pointers = list(dict.fromkeys(p for c in self.columns for p in (_pointer(c), _nested(c))))
        found = self._query(lines, _VALUES, pointers=pointers)
        is_object = found["found"].is_not_null() & lines["line"].str.contains(_BEGINS_OBJECT)
        if not is_object.all():
            faults += broken(~is_object, INVALID_JSON, "the line is not a JSON object")
            lines, found = lines.filter(is_object), found.filter(is_object)
        return RawBatch(self._values(lines, found, pointers), faults, payloads)

    def too_long(self, data: bytes) -> RawBatch:
        """A line that no block can hold."""
        self.rows_before += 1
        detail = f"the line is longer than {BLOCK_BYTES:,} bytes"
        fault = Broken(self.rows_before, VALUE_TOO_LONG, detail, show(data[:16_000]))
        return RawBatch(pl.DataFrame(schema={"row_number": pl.Int64()}), [fault], lambda _: [])

    def _values(
        self, lines: pl.DataFrame, found: pl.DataFrame, pointers: Sequence[str]
    ) -> pl.DataFrame:
        """The wanted columns, by row number: text, or lists where a line has an array.

        ``found`` holds, for each of the lines, what is at the ``pointers``.
        """
        value = {p: pl.col("found").list.get(i) for i, p in enumerate(pointers)}
        rows = found.select(
            "row_number",
            *(  # the key of that very name, else the one along the dotted path
                pl.coalesce(value[p] for p in dict.fromkeys((_pointer(c), _nested(c)))).alias(
                    source_column(c)
                )
                for c in self.columns
            ),
        )
        for name in self.columns:
            column = source_column(name)
            if rows[column].str.starts_with("[").any():
                lists = self._query(lines, _LISTS, key=_pointer(name), nested=_nested(name))
                rows = rows.with_columns(lists["found"].alias(column))
        return rows

    def _query(self, lines: pl.DataFrame, sql: str, **parameters: object) -> pl.DataFrame:
        self.connection.register("lines", lines.to_arrow())
        try:
            found: pl.DataFrame = self.connection.sql(sql, params=parameters).pl()
            return found
        finally:
            self.connection.unregister("lines")


def _pointer(name: str) -> str:
    """JSON pointer to a key of that very name."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _nested(name: str) -> str:
    """JSON pointer along a dotted path."""
    return _pointer(name).replace(".", "/")


def line_bounds(block: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Starts and ends (after the line end) of the lines of a block, blank ones left out."""
    ends = _line_ends(block)
    starts = np.concatenate([[0], ends]).astype(np.int64)[: len(ends)]
    data = np.frombuffer(block, dtype=np.uint8)
    is_blank = np.zeros(len(ends), dtype=bool)
    for i in np.flatnonzero(ends - starts <= 2).tolist():
        is_blank[i] = data[starts[i] : ends[i]].tobytes() in _BLANK
    return starts[~is_blank], ends[~is_blank]


def _line_ends(block: bytes) -> npt.NDArray[np.int64]:
    """Positions after the lines of a block."""
    data = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(data == 10) + 1
    if len(data) and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    return ends


def _lines(block: bytes) -> pl.Series:
    """The lines of a block as bytes, blank ones left out."""
    offsets = np.concatenate([[0], _line_ends(block)])
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(block)]
    lines = pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, buffers)
    series = pl.Series("line", lines)
    return series.filter((series.bin.size() > 2) | ~series.is_in(_BLANK))
