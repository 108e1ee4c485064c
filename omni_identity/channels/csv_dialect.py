"""CSV dialect: the delimiter and the header, from the beginning of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_fields import split_fields
from omni_identity.channels.texts import show

_CANDIDATES = (b",", b";", b"\t", b"|")
_SAMPLE_LINES = 20
_SAMPLE_BYTES = 1 << 16


@dataclass(frozen=True)
class Dialect:
    """``header``: column names, trimmed; ``data_starts``: where the first row begins, in bytes."""

    delimiter: bytes
    header: tuple[str, ...]
    data_starts: int


def find_dialect(data: bytes, feed: Feed) -> Dialect | None:
    """The dialect of a file that begins with ``data`` (UTF-8); null when there is no header.

    The delimiter is the declared one, or that of an Excel ``sep=`` line, or the one of ``, ; tab
    |`` that finds most configured columns, then makes most lines agree, then gives most fields.
    If the first row has one more, empty, field than the header, the rows end with a delimiter and
    the header gets a nameless column for it.
    """
    start = _first_line(data, 0)
    declared = feed.delimiter.encode() if feed.delimiter else None
    if data[start : start + 4].lower() == b"sep=" and data[start + 5 : start + 6] in b"\r\n":
        declared = declared or data[start + 4 : start + 5]
        start = _first_line(data, start + 5)
    if start >= len(data):
        return None
    candidates = (declared,) if declared else _CANDIDATES
    columns = set(feed.source_columns())
    return max(
        (_dialect(data, start, c) for c in candidates), key=lambda d: _rank(data, d, columns)
    )


def line_that_names(data: bytes, feed: Feed) -> int | None:
    """The first line (from 1) of a file's beginning that has every column which ``feed`` needs; None if none."""
    candidates = (feed.delimiter.encode(),) if feed.delimiter else _CANDIDATES
    for number, line in enumerate(data[:_SAMPLE_BYTES].splitlines(), 1):
        for delimiter in candidates if number > 1 else ():
            fields = {show(value).strip() for value in split_fields(line, 0, delimiter).values}
            if not feed.missing_columns(fields):
                return number
    return None


def _first_line(data: bytes, start: int) -> int:
    """Position of the first byte that is no line end."""
    return (
        start
        + len(data[start : start + _SAMPLE_BYTES])
        - len(data[start : start + _SAMPLE_BYTES].lstrip(b"\r\n"))
    )


def _dialect(data: bytes, start: int, delimiter: bytes) -> Dialect:
    sample = data[: start + _SAMPLE_BYTES]
    fields = split_fields(sample, start, delimiter)
    values, data_starts = fields.values, min(fields.end, len(sample))
    if fields.unclosed or fields.swallowed:  # a stray quote: the header is the first line
        line = sample[start:].splitlines(keepends=True)[0]
        values, data_starts = (
            line.replace(b'"', b"").strip(b"\r\n").split(delimiter),
            start + len(line),
        )
    header = tuple(show(value).strip() for value in values)
    first = _rows(data, data_starts, delimiter, limit=1)
    if first and len(first[0]) == len(header) + 1 and not first[0][-1].strip():
        header = (*header, "")
    return Dialect(delimiter, header, data_starts)


def _rows(data: bytes, start: int, delimiter: bytes, limit: int) -> list[list[bytes]]:
    """The first rows of a sample, empty lines and a row that the sample cuts off left out."""
    sample = data[start : start + _SAMPLE_BYTES]
    rows: list[list[bytes]] = []
    position = 0
    while position < len(sample) and len(rows) < limit:
        fields = split_fields(sample, position, delimiter)
        is_cut = fields.end >= len(sample) and len(data) > start + _SAMPLE_BYTES
        if fields.unclosed or fields.swallowed or is_cut:
            break
        if fields.values != [b""]:
            rows.append(fields.values)
        position = fields.end
    return rows


def _rank(data: bytes, dialect: Dialect, columns: set[str]) -> tuple[int, float, int]:
    rows: Sequence[list[bytes]] = _rows(data, dialect.data_starts, dialect.delimiter, _SAMPLE_LINES)
    width = len(dialect.header)
    agreeing = sum(len(row) == width for row in rows) / len(rows) if rows and width > 1 else 0.0
    return len(columns & set(dialect.header)), agreeing, width
