"""CSV files that escape with a backslash, as MySQL and PHP write them: read as if they doubled their quotes."""

from __future__ import annotations

import re

import polars as pl

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_fields import Fields, split_fields

_PLACES_LOOKED_AT = 16
_PIECE_BYTES = 1 << 13
_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": ""}
_NULL = "\\N"


def has_backslashes(data: bytes, start: int, delimiter: bytes, width: int) -> bool:
    """Whether a backslash escapes a quotation mark: fewer rows (from ``start``) are broken if it does.

    Looked at are the rows around the first places where one stands before the other.
    """
    plain = escaped = 0
    for _ in range(_PLACES_LOOKED_AT):
        place = data.find(b'\\"', start)
        if place < 0:
            break
        begin = max(data.rfind(b"\n", start, place) + 1, start)
        piece = data[begin : begin + _PIECE_BYTES]
        plain += _count_broken(piece, delimiter, width)
        escaped += _count_broken(doubled(piece), delimiter, width)
        start = begin + len(piece)
    return escaped < plain


def _count_broken(piece: bytes, delimiter: bytes, width: int) -> int:
    """How many records of a piece are no rows; the last one may be cut off."""
    position = broken = 0
    while position < len(piece):
        fields = split_fields(piece, position, delimiter)
        if fields.unclosed or fields.end >= len(piece):
            is_whole = not fields.unclosed and piece.endswith(b"\n")
            return broken + (is_whole and _is_broken(fields, width)) + fields.unclosed
        broken += fields.values != [b""] and _is_broken(fields, width)
        position = fields.end
    return broken


def _is_broken(fields: Fields, width: int) -> bool:
    return fields.swallowed or fields.has_tail or len(fields.values) != width


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
