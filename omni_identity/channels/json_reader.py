"""JSON files as raw batches: each of their documents is a row, nested values by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_reader import MOST_ROWS_GUESSED_FROM
from omni_identity.channels.encoding_guess import advise_encoding
from omni_identity.channels.json_documents import BLOCK_BYTES, Documents, read_documents
from omni_identity.channels.reason_codes import (
    EMPTY_FILE,
    INVALID_JSON,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
    VALUE_TOO_LONG,
)
from omni_identity.channels.texts import decode, show

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


def read_json(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Rows of a JSON file (packed if its suffix says so) with the columns of ``feed``.

    Each of its documents (:mod:`~omni_identity.channels.json_documents`) is a row; ``row_number`` counts
    them from 1. A column is a key or, where no such key is, a dotted path to a nested one. Numbers,
    booleans and objects become their JSON text, arrays become lists, JSON null and a missing key become
    null. ``file``: the opened file, if it is.
    """
    with ByteStream(path, feed.encoding, file) as stream, _parsing().cursor() as connection:
        parser = _Parser(connection, feed.source_columns(), feed.encoding)
        row_count = 0
        for documents in read_documents(stream):
            row_count += len(documents.raw) + documents.is_too_long
            if documents.fault is not None:
                yield file_broken(TRUNCATED_FILE if row_count else UNREADABLE_FILE, documents.fault)
                row_count += 1
            elif len(documents.raw) or documents.is_too_long:
                yield parser.parse(documents)
        if stream.damage is not None:
            yield file_broken(TRUNCATED_FILE if row_count else UNREADABLE_FILE, stream.damage)
        elif not row_count:
            yield file_broken(EMPTY_FILE, "no line")


@cache
def _parsing() -> duckdb.DuckDBPyConnection:
    """One database in memory for all files: starting one costs more than reading a small file."""
    return duckdb.connect()


@dataclass(frozen=True)
class _Parser:
    """Parses documents."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[str]
    encoding: str

    def parse(self, documents: Documents) -> RawBatch:
        """Rows of some documents, and what is broken in them."""
        if documents.is_too_long:
            return _too_long(documents)
        raw, first = documents.raw, documents.first
        text, undecodable = decode(raw)
        lines = pl.DataFrame({"line": text}).with_row_index("row_number", offset=first)
        lines = lines.with_columns(pl.col("row_number").cast(pl.Int64))

        def payloads(numbers: Sequence[int]) -> list[str]:
            return [show(raw[n - first]).rstrip("\r\n") for n in numbers]

        def broken(mask: pl.Series, reason_code: str, detail: str) -> list[Broken]:
            numbers = lines.filter(mask)["row_number"].to_list()
            texts = payloads(numbers)
            return [Broken(n, reason_code, detail, t) for n, t in zip(numbers, texts, strict=True)]

        faults: list[Broken] = []
        if undecodable is not None:
            odd = raw.filter(undecodable).head(MOST_ROWS_GUESSED_FROM).to_list()
            detail = advise_encoding(self.encoding, b"\n".join(odd))
            faults = broken(undecodable, UNDECODABLE_BYTES, detail)
            lines = lines.filter(~undecodable)
        pointers = list(dict.fromkeys(p for c in self.columns for p in (_pointer(c), _nested(c))))
        found = self._query(lines, _VALUES, pointers=pointers)
        is_object = found["found"].is_not_null() & lines["line"].str.contains(_BEGINS_OBJECT)
        if not is_object.all():
            faults += broken(~is_object, INVALID_JSON, "it is not a JSON object")
            lines, found = lines.filter(is_object), found.filter(is_object)
        return RawBatch(self._values(lines, found, pointers), faults, payloads)

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


def _too_long(documents: Documents) -> RawBatch:
    """A line that no block can hold."""
    detail = f"the line is longer than {BLOCK_BYTES:,} bytes"
    fault = Broken(documents.first, VALUE_TOO_LONG, detail, show(documents.text[:16_000]))
    return RawBatch(pl.DataFrame(schema={"row_number": pl.Int64()}), [fault], lambda _: [])
