"""CSV dialect: the delimiter and the header, from the beginning of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from omni_identity.channels.csv_backslashes import has_backslashes
from omni_identity.channels.csv_fields import split_fields
from omni_identity.channels.encoding_guess import advise_encoding
from omni_identity.channels.feeds import Feed
from omni_identity.channels.header_names import find_column, plain_name
from omni_identity.channels.header_rows import MOST_LINES, find_header
from omni_identity.channels.texts import show

_CANDIDATES = (b",", b";", b"\t", b"|")
_SAMPLE_LINES = 20
_SAMPLE_BYTES = 1 << 16
_HEADER_BYTES = 1 << 20


@dataclass(frozen=True)
class Dialect:
    """``header``: plain column names; ``data_starts``: where the first row begins, in bytes.

    ``has_backslashes``: a backslash escapes a quotation mark. ``advice``: what to say of a header that
    is no text in the file's encoding.
    """

    delimiter: bytes
    header: tuple[str, ...]
    data_starts: int
    has_backslashes: bool = False
    advice: str | None = None

    def places(self, columns: Iterable[str]) -> dict[str, int]:
        """Where those of ``columns`` that the header has stand in it."""
        found = ((name, find_column(name, self.header)) for name in columns)
        return {name: place for name, place in found if place is not None}


def find_dialect(data: bytes, feed: Feed) -> Dialect | None:
    """The dialect of a file that begins with ``data`` (UTF-8); null when there is no header.

    The delimiter is the declared one, or that of an Excel ``sep=`` line, or the one of ``, ; tab
    |`` that finds most configured columns, then makes most lines agree, then gives most fields.
    The header is the first line, or the declared one, or one further down (:func:`find_header`).
    If the first row has one more, empty, field than the header, the rows end with a delimiter and
    the header gets a nameless column for it.
    """
    start = _first_line(data, 0)
    declared = feed.delimiter.encode() if feed.delimiter else None
    if feed.format == "tsv":
        declared = declared or b"\t"
    if data[start : start + 4].lower() == b"sep=" and data[start + 5 : start + 6] in b"\r\n":
        declared = declared or data[start + 4 : start + 5]
        start = _first_line(data, start + 5)
    if feed.header_row is not None:
        start = _line_start(data, feed.header_row)
    if start >= len(data):
        return None
    candidates = (declared,) if declared else _CANDIDATES
    columns = feed.source_columns()
    plain = [_dialect(data, start, candidate, feed) for candidate in candidates]
    if feed.header_row is None and all(feed.missing_columns(d.places(columns)) for d in plain):
        plain = [_below_titles(data, start, dialect, feed) for dialect in plain]
    best = max(plain, key=lambda dialect: _rank(data, dialect, columns))
    is_escaping = has_backslashes(data, best.data_starts, best.delimiter, len(best.header))
    return replace(best, has_backslashes=is_escaping, advice=_advice(data, best, feed))


def _advice(data: bytes, dialect: Dialect, feed: Feed) -> str | None:
    """What to say where a header holds what is no text."""
    if not any("\N{REPLACEMENT CHARACTER}" in name for name in dialect.header):
        return None
    return f"Its header is {advise_encoding(feed.encoding, data[:_SAMPLE_BYTES])}."


def _line_start(data: bytes, number: int) -> int:
    """Where a line (from 1) of a file begins; the end where there are not so many."""
    lines = data[:_HEADER_BYTES].splitlines(keepends=True)
    return sum(map(len, lines[: number - 1])) if number <= len(lines) else len(data)


def _first_line(data: bytes, start: int) -> int:
    """Position of the first byte that is no line end."""
    return (
        start
        + len(data[start : start + _SAMPLE_BYTES])
        - len(data[start : start + _SAMPLE_BYTES].lstrip(b"\r\n"))
    )


def _dialect(data: bytes, start: int, delimiter: bytes, feed: Feed) -> Dialect:
    """The dialect by which the header stands at ``start``."""
    values, data_starts = _record(data, start, delimiter)
    return _with_header(data, delimiter, _names(values), data_starts)


def _below_titles(data: bytes, start: int, dialect: Dialect, feed: Feed) -> Dialect:
    """The dialect with its header in one of the first lines, wherever it is best."""
    values, data_starts = _record(data, start, dialect.delimiter)
    lines, ends = [_names(values)], [data_starts]
    while len(lines) < MOST_LINES and ends[-1] < min(len(data), start + _SAMPLE_BYTES):
        values, end = _record(data, ends[-1], dialect.delimiter)
        lines.append(_names(values))
        ends.append(end)
    place = find_header(lines, feed)
    return _with_header(data, dialect.delimiter, lines[place], ends[place])


def _with_header(
    data: bytes, delimiter: bytes, header: tuple[str, ...], data_starts: int
) -> Dialect:
    first = _rows(data, data_starts, delimiter, limit=1)
    if first and len(first[0]) == len(header) + 1 and not first[0][-1].strip():
        header = (*header, "")
    return Dialect(delimiter, header, data_starts)


def _names(values: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(plain_name(show(value)) for value in values)


def _record(data: bytes, start: int, delimiter: bytes) -> tuple[list[bytes], int]:
    """The fields of the record at ``start``, and where the next begins."""
    sample = data[: start + _SAMPLE_BYTES]
    fields = split_fields(sample, start, delimiter)
    if not fields.unclosed and not fields.swallowed:
        return fields.values, min(fields.end, len(sample))
    # a stray quote: the record is the first line
    line = sample[start:].splitlines(keepends=True)[0]
    return line.replace(b'"', b"").strip(b"\r\n").split(delimiter), start + len(line)


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


def _rank(data: bytes, dialect: Dialect, columns: Sequence[str]) -> tuple[int, float, int]:
    rows: Sequence[list[bytes]] = _rows(data, dialect.data_starts, dialect.delimiter, _SAMPLE_LINES)
    width = len(dialect.header)
    agreeing = sum(len(row) == width for row in rows) / len(rows) if rows and width > 1 else 0.0
    return len(dialect.places(columns)), agreeing, width
