"""CSV files that escape with a backslash, as MySQL and PHP write them: read as if they doubled their quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import polars as pl

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_fields import split_fields

_LINES_LOOKED_AT = 200
_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": ""}
_NULL = "\\N"


def has_backslashes(data: bytes, start: int, delimiter: bytes, width: int) -> bool:
    """Whether more of the lines with ``\\"`` (from ``start``) are well-formed rows if it is an escape."""
    lines = list(islice(_lines_with_escape(data, start), _LINES_LOOKED_AT))
    plain = sum(_is_row(line, delimiter, width) for line in lines)
    return sum(_is_row(doubled(line), delimiter, width) for line in lines) > plain


def _lines_with_escape(data: bytes, start: int) -> Iterator[bytes]:
    while (place := data.find(b'\\"', start)) >= 0:
        begin = max(data.rfind(b"\n", start, place) + 1, start)
        end = data.find(b"\n", place) + 1 or len(data)
        yield data[begin:end].rstrip(b"\r\n")
        start = end


def _is_row(line: bytes, delimiter: bytes, width: int) -> bool:
    fields = split_fields(line, 0, delimiter)
    is_odd = fields.unclosed or fields.swallowed or fields.has_tail
    return not is_odd and len(fields.values) == width


def doubled(data: bytes) -> bytes:
    """The data with a quotation mark in the place of each backslash that escapes one; the length stays."""
    if b'\\"' not in data:
        return data
    return _PAIR.sub(lambda m: b'""' if m[1] == b'"' else m[0], data)


class DoubledQuotes:
    """A stream in which escaped quotation marks are doubled ones."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._left = b""

    @property
    def damage(self) -> str | None:
        """That of the stream."""
        return self._stream.damage

    def read(self, size: int) -> bytes:
        """About ``size`` bytes; empty only at the end."""
        while more := self._stream.read(size):
            data = self._left + more
            is_cut = (len(data) - len(data.rstrip(b"\\"))) % 2
            self._left = data[-1:] if is_cut else b""
            if whole := data[: len(data) - is_cut]:
                return doubled(whole)
        data, self._left = self._left, b""
        return data


def unescape(texts: pl.Series) -> pl.Series:
    """What the escapes that are left in texts stand for; ``\\N`` alone is nothing."""
    escaped = texts.filter(texts.str.contains("\\", literal=True).fill_null(False)).unique()
    if escaped.is_empty():
        return texts
    meant = [
        "" if text == _NULL else _ESCAPE.sub(lambda m: _MEANT.get(m[1], m[1]), text)
        for text in escaped.to_list()
    ]
    return texts.replace(escaped, pl.Series(meant, dtype=pl.String))
