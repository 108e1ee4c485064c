"""JSON files as raw batches: each of their documents is a row, nested values by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_reader import MOST_ROWS_GUESSED_FROM
from omni_identity.channels.encoding_guess import advise_encoding
from omni_identity.channels.feeds import Feed
from omni_identity.channels.json_documents import BLOCK_BYTES, Documents, read_documents
from omni_identity.channels.json_rows import (
    ROWS_A_DOCUMENT,
    find_absent,
    find_inner_rows,
    places_of,
)
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
    them from 1. Where the feed says ``rows``, what that leads to are the rows
    (:mod:`~omni_identity.channels.json_rows`). A column is a key or, where no such key is, a dotted path to a
    nested one. Numbers, booleans and objects become their JSON text, arrays become lists, JSON null and a
    missing key become null. ``file``: the opened file, if it is.
    """
    with ByteStream(path, feed.encoding, file) as stream, _parsing().cursor() as connection:
        ids = tuple(name for column in feed.id_columns() for name in feed.names_of(column))
        parser = _Parser(connection, feed.source_columns(), feed.encoding, feed.rows, ids)
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
    rows: str | None = None
    ids: tuple[str, ...] = ()

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
        # of plain rows one query finds both what is no JSON and the values
        pointers = [] if self.rows is not None else self._pointers(self.columns)
        found = self._query(lines, _VALUES, pointers=pointers)
        is_object = found["found"].is_not_null() & lines["line"].str.contains(_BEGINS_OBJECT)
        if not is_object.all():
            faults += broken(~is_object, INVALID_JSON, "it is not a JSON object")
            lines, found = lines.filter(is_object), found.filter(is_object)
        if self.rows is not None:
            return self._inner(lines, faults)
        rows = self._values(lines, found)
        is_absent = self._absent(rows, lines)
        if not is_absent.any():
            return RawBatch(rows, faults, payloads)
        absent = rows.filter(is_absent)["row_number"]
        return RawBatch(rows.filter(~is_absent), faults, payloads, absent=tuple(absent))

    def _inner(self, lines: pl.DataFrame, faults: list[Broken]) -> RawBatch:
        """The rows inside the documents."""
        assert self.rows is not None, "the feed says where they are"
        found = find_inner_rows(lines, self.rows, self._query)
        texts = pl.concat(
            [
                found.rows.select("row_number", pl.col(found.last).alias("line")),
                found.absent.select("row_number", "line"),
            ]
        )

        def payloads(numbers: Sequence[int]) -> list[str]:
            wanted = pl.DataFrame({"row_number": pl.Series(numbers, dtype=pl.Int64)})
            named = wanted.join(texts, on="row_number", how="left", maintain_order="left")
            return [text.rstrip("\r\n") for text in named["line"].fill_null("").to_list()]

        moved = [replace(b, row_number=(b.row_number or 0) * ROWS_A_DOCUMENT) for b in faults]
        inner = found.rows
        is_object = inner[found.last].str.contains(_BEGINS_OBJECT)
        if not is_object.all():
            numbers = inner.filter(~is_object)["row_number"].to_list()
            what = f"an element of '{self.rows}' is not a JSON object"
            moved += [
                Broken(n, INVALID_JSON, what, t)
                for n, t in zip(numbers, payloads(numbers), strict=True)
            ]
            inner = inner.filter(is_object)
        rows = self._values(inner)
        is_absent = self._absent(rows, inner)
        absent = (*found.absent["row_number"], *rows.filter(is_absent)["row_number"])
        return RawBatch(rows.filter(~is_absent), moved, payloads, absent=absent)

    def _absent(self, rows: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
        ids = places_of(self.ids, self.rows)
        return find_absent(rows, lines, ids, [source_column(n) for n in self.ids], self._query)

    def _pointers(self, columns: Sequence[str]) -> list[str]:
        places = places_of(columns, self.rows)
        return list(dict.fromkeys(p for place in places.values() for p in place.pointers))

    def _values(self, lines: pl.DataFrame, known: pl.DataFrame | None = None) -> pl.DataFrame:
        """The wanted columns, by row number: text, or lists where a row has an array.

        ``lines`` has the object of each row, or those around it, as ``line`` or by level. ``known`` is what
        is at the pointers, where that has been asked already.
        """
        places = places_of(self.columns, self.rows)
        rows = lines.select("row_number")
        by_level: dict[str, list[str]] = {}
        for column, place in places.items():
            by_level.setdefault(place.level, []).append(column)
        for level, columns in by_level.items():
            pointers = self._pointers(columns)
            objects = lines.select("row_number", pl.col(level).alias("line"))
            found = known
            if found is None:
                found = self._query(objects, _VALUES, pointers=pointers)
            value = {p: pl.col("found").list.get(i) for i, p in enumerate(pointers)}
            values = found.select(
                pl.coalesce(value[p] for p in places[c].pointers).alias(source_column(c))
                for c in columns
            )
            rows = pl.concat([rows, values], how="horizontal")
            have_lists = values.select(pl.all().str.starts_with("[").any()).row(0)
            for name, has_list in zip(columns, have_lists, strict=True):
                column = source_column(name)
                if has_list:
                    first, *second = places[name].pointers
                    nested = second[0] if second else first
                    lists = self._query(objects, _LISTS, key=first, nested=nested)
                    rows = rows.with_columns(lists["found"].alias(column))
        return rows.select("row_number", *(source_column(c) for c in self.columns))

    def _query(self, lines: pl.DataFrame, sql: str, **parameters: object) -> pl.DataFrame:
        self.connection.register("lines", lines.to_arrow())
        try:
            found: pl.DataFrame = self.connection.sql(sql, params=parameters).pl()
            return found
        finally:
            self.connection.unregister("lines")


def _too_long(documents: Documents) -> RawBatch:
    """A line that no block can hold."""
    detail = f"the line is longer than {BLOCK_BYTES:,} bytes"
    fault = Broken(documents.first, VALUE_TOO_LONG, detail, show(documents.text[:16_000]))
    return RawBatch(pl.DataFrame(schema={"row_number": pl.Int64()}), [fault], lambda _: [])
