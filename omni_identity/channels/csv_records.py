"""CSV records in a block of bytes: which are whole and well quoted, which are not.

A stray quotation mark makes a parser swallow everything up to the next one. Here such a line is
found and taken out, so that the lines after it are read. Blocks without quotes, and blocks whose
quotes are all where they belong, cost a few passes of numpy; only odd records are looked at one by
one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from omni_identity.channels.csv_fields import quote_fields, split_fields
from omni_identity.channels.reason_codes import UNCLOSED_QUOTE, VALUE_TOO_LONG, WRONG_FIELD_COUNT

MAX_RECORD_BYTES = 1 << 20
"""A quoted field that runs on for longer is taken for an unclosed quote."""

_LF, _CR, _QUOTE = 10, 13, 34
_MARK = b"\0omni_identity broken record\0"

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fault:
    """A record that was taken out: why, and its original bytes."""

    reason_code: str
    detail: str
    original: bytes


@dataclass(frozen=True)
class Edit:
    """A record whose text is not its original bytes: where it begins in both, and where it ends."""

    text_start: int
    text_end: int
    start: int
    end: int


@dataclass
class CleanBlock:
    """A block of well-formed records.

    In place of every record that was taken out stands a marker with one field too many, so that
    the parser reports it in its turn; ``faults`` are in the same order. ``consumed`` bytes of the
    input are dealt with, the rest belongs to the next block. ``edits`` are all records that differ
    from the input, in order.
    """

    text: bytes
    consumed: int
    faults: list[Fault] = field(default_factory=list)
    has_quotes: bool = True
    edits: list[Edit] = field(default_factory=list)


def is_marker(text: str) -> bool:
    """Whether the parser's text of a bad record is the marker of a fault."""
    return text.startswith(_MARK.decode())


def clean_block(data: bytes, delimiter: bytes, width: int, is_last: bool) -> CleanBlock:
    """Separate the whole records of ``data`` (which begins with a record) from the faulty ones.

    ``width`` is the number of fields of a record; ``is_last``: nothing comes after ``data``.
    """
    layout = _Layout(data, delimiter[0], width, is_last)
    if not layout.has_quotes:
        return _unquoted(data, delimiter * width, layout, is_last)
    walk = _Walk(layout, delimiter)
    pieces = list(walk.pieces())
    return CleanBlock(b"".join(pieces), walk.position, walk.faults, edits=walk.edits)


def record_bounds(block: CleanBlock) -> tuple[Positions, Positions]:
    """Starts and ends (before the line end) of a clean block's records, empty lines left out."""
    data = np.frombuffer(block.text, dtype=np.uint8)
    ends = _line_ends(data, is_last=True)
    if block.has_quotes:
        quotes = np.flatnonzero(data == _QUOTE)
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    ends = np.where((ends > starts) & (data[ends - 1] == _CR) & _is_lf(data, ends), ends - 1, ends)
    kept = ends > starts
    return starts[kept], ends[kept]


def original_bounds(block: CleanBlock, data: bytes) -> tuple[Positions, Positions]:
    """Starts and ends (after the line end) in ``data`` of the records of ``clean_block(data, …)``.

    They are in the order of :func:`record_bounds`; bytes between two records are empty lines.
    """
    starts, ends = record_bounds(block)
    ends = _after_line_end(np.frombuffer(block.text, dtype=np.uint8), ends)
    if not block.edits:
        return starts, ends
    edits = np.array([[e.text_start, e.text_end, e.start, e.end] for e in block.edits])
    last = np.searchsorted(edits[:, 0], starts, side="right") - 1
    edit = edits[np.maximum(last, 0)]
    is_after = last >= 0
    is_edit = is_after & (edit[:, 0] == starts)
    shift = np.where(is_after, edit[:, 3] - edit[:, 1], 0)
    return (
        np.where(is_edit, edit[:, 2], starts + shift),
        np.where(is_edit, edit[:, 3], np.minimum(ends + shift, len(data))),
    )


def _after_line_end(data: npt.NDArray[np.uint8], ends: Positions) -> Positions:
    """Positions after the line ends that begin at ``ends``; the end itself where there is none."""
    if not len(data):
        return ends
    last = len(data) - 1
    is_crlf = (ends < last) & (data[np.minimum(ends, last)] == _CR) & _is_lf(data, ends + 1)
    return np.minimum(np.where(is_crlf, ends + 2, ends + 1), len(data))


def _is_lf(data: npt.NDArray[np.uint8], positions: Positions) -> Flags:
    inside = positions < len(data)
    found: Flags = inside & (data[np.minimum(positions, len(data) - 1)] == _LF)
    return found


def _line_ends(data: npt.NDArray[np.uint8], is_last: bool) -> Positions:
    """Positions of the last byte of every line end; of the end itself if the last line has none."""
    ends = np.flatnonzero(data == _LF)
    is_return = data == _CR
    returns = np.flatnonzero(is_return) if is_return.any() else ends[:0]
    if len(returns):
        if returns[-1] == len(data) - 1 and not is_last:
            returns = returns[:-1]  # its line feed may be in the next block
        lone = returns[~_is_lf(data, returns + 1)]
        if len(lone):
            ends = np.sort(np.concatenate([ends, lone]))
    if is_last and len(data) and (not len(ends) or ends[-1] != len(data) - 1):
        ends = np.append(ends, len(data))
    return ends


def _unquoted(data: bytes, marker: bytes, layout: _Layout, is_last: bool) -> CleanBlock:
    if len(layout.line_ends):
        consumed = min(int(layout.line_ends[-1]) + 1, len(data))
        text = data if consumed == len(data) else data[:consumed]
        return CleanBlock(text, consumed, has_quotes=False)
    if is_last or len(data) <= MAX_RECORD_BYTES:
        return CleanBlock(b"", 0, has_quotes=False)
    text = _MARK + marker + b"\n"
    edits = [Edit(0, len(text), 0, len(data))]
    return CleanBlock(text, len(data), [_too_long(data)], has_quotes=False, edits=edits)


def _too_long(data: bytes) -> Fault:
    return Fault(VALUE_TOO_LONG, f"the row is longer than {MAX_RECORD_BYTES:,} bytes", data)


class _Layout:
    """Where lines end and quotes are in a block, and which quotes are out of place.

    Seen from a record's start, quotes alternate between opening and closing. ``phase`` is the
    number (even or odd) of quotes before that start: a record that has an odd number of quotes
    changes it for the records after it.
    """

    def __init__(self, data: bytes, delimiter: int, width: int, is_last: bool) -> None:
        self.data = data
        self.width = width
        self.is_last = is_last
        self._bytes = np.frombuffer(data, dtype=np.uint8)
        self._delimiter = delimiter
        self.line_ends = _line_ends(self._bytes, is_last)
        self.quotes = np.flatnonzero(self._bytes == _QUOTE)
        self._find_edges()
        self._quotes_before_end = np.searchsorted(self.quotes, self.line_ends)
        self._by_phase: dict[int, tuple[Positions, Positions, Positions]] = {}

    def _find_edges(self) -> None:
        before = np.where(self.quotes > 0, self._bytes[self.quotes - 1], _LF)
        inside = self.quotes + 1 < len(self._bytes)
        after = np.where(
            inside, self._bytes[np.minimum(self.quotes + 1, len(self._bytes) - 1)], _LF
        )
        self._may_open = self._is_edge(before) | (before == _QUOTE)
        self._may_close = self._is_edge(after) | (after == _QUOTE)
        self.has_quotes = bool(self._is_edge(before).any())

    def _is_edge(self, values: npt.NDArray[np.uint8]) -> Flags:
        found: Flags = (values == self._delimiter) | (values == _LF) | (values == _CR)
        return found

    def phase_at(self, position: int) -> int:
        """Number of quotes before a position, even (0) or odd (1)."""
        return int(np.searchsorted(self.quotes, position)) % 2

    def of_phase(self, phase: int) -> tuple[Positions, Positions, Positions]:
        """``(record ends, quotes out of place, starts of multi-line records of wrong width)``."""
        if phase not in self._by_phase:
            ends = self.line_ends[self._quotes_before_end % 2 == phase]
            opening = np.arange(len(self.quotes)) % 2 == phase
            misplaced = self.quotes[~np.where(opening, self._may_open, self._may_close)]
            self._by_phase[phase] = ends, misplaced, self._wrong_width(ends, phase)
        return self._by_phase[phase]

    def _wrong_width(self, ends: Positions, phase: int) -> Positions:
        starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
        lines = np.searchsorted(self.line_ends, ends) - np.searchsorted(self.line_ends, starts)
        spanning = lines > 0
        if not spanning.any():
            return starts[:0]
        delimiters = np.flatnonzero(self._bytes == self._delimiter)
        outside = delimiters[np.searchsorted(self.quotes, delimiters) % 2 == phase]
        fields = 1 + np.searchsorted(outside, ends) - np.searchsorted(outside, starts)
        wrong: Positions = starts[spanning & (fields != self.width)]
        return wrong

    def first_line_end(self, position: int) -> int | None:
        """Position of the first line end, quoted or not, at or after a position."""
        return _first(self.line_ends, position)


def _first(positions: Positions, at_or_after: int) -> int | None:
    i = int(np.searchsorted(positions, at_or_after))
    return int(positions[i]) if i < len(positions) else None


class _Walk:
    """Goes through a block from one odd record to the next."""

    def __init__(self, layout: _Layout, delimiter: bytes) -> None:
        self._layout = layout
        self._delimiter = delimiter
        self._marker = _MARK + delimiter * layout.width + b"\n"
        self.position = 0
        self.faults: list[Fault] = []
        self.edits: list[Edit] = []

    def pieces(self) -> Iterator[bytes]:
        """The clean text, piece by piece; afterwards ``position`` is how far it reaches."""
        data = self._layout.data
        written = 0
        while (start := self._next_odd()) is not None:
            yield data[self.position : start]
            written += start - self.position
            self.position = start
            piece = self._resolve(start)
            if piece is None:
                return
            yield piece
            self.edits.append(Edit(written, written + len(piece), start, self.position))
            written += len(piece)

    def _next_odd(self) -> int | None:
        """Start of the next record with something odd; None after the last good one is passed."""
        ends, misplaced, wrong_width = self._layout.of_phase(self._layout.phase_at(self.position))
        candidates = []
        quote = _first(misplaced, self.position)
        if quote is not None:
            i = int(np.searchsorted(ends, quote))
            candidates.append(max(self.position, int(ends[i - 1]) + 1 if i else 0))
        wide = _first(wrong_width, self.position)
        if wide is not None:
            candidates.append(wide)
        if candidates:
            return min(candidates)
        last = int(ends[-1]) + 1 if len(ends) and ends[-1] >= self.position else self.position
        return last if last < len(self._layout.data) else self._finish(last)

    def _finish(self, last: int) -> int | None:
        return last if self.position < len(self._layout.data) else None

    def _resolve(self, start: int) -> bytes | None:
        """What stands for the record at ``start``; null when its end is not in this block."""
        layout, data = self._layout, self._layout.data
        if start >= len(data):
            self.position = len(data)
            return None
        fields = split_fields(data, start, self._delimiter)
        line_end = layout.first_line_end(start)
        whole = layout.is_last or (fields.end <= len(data) and not fields.unclosed)
        if not whole and len(data) - start <= MAX_RECORD_BYTES:
            return None
        if line_end is None:
            return self._take_out(_too_long(data[start:]), len(data))
        spans_lines = fields.end > line_end + 1
        bad_width = len(fields.values) != layout.width
        if fields.has_tail and not fields.unclosed and b'\\"' in data[start : fields.end]:
            detail = (
                "a backslash stands before a quotation mark, and it is not plain what that means"
            )
            fault = Fault(UNCLOSED_QUOTE, detail, data[start : fields.end])
            return self._take_out(fault, fields.end)
        if fields.unclosed or fields.swallowed or (spans_lines and bad_width):
            detail = "a quotation mark opens here and is not closed where a field ends"
            fault = Fault(UNCLOSED_QUOTE, detail, data[start:line_end])
            return self._take_out(fault, line_end + 1)
        if bad_width and data[start : fields.end].strip(b"\r\n"):
            detail = wrong_field_count(len(fields.values), layout.width)
            fault = Fault(WRONG_FIELD_COUNT, detail, data[start : fields.end])
            return self._take_out(fault, fields.end)
        self.position = min(fields.end, len(data))
        return quote_fields(fields.values, self._delimiter)

    def _take_out(self, fault: Fault, end: int) -> bytes:
        self.faults.append(fault)
        self.position = min(end, len(self._layout.data))
        return self._marker


def wrong_field_count(found: int, expected: int) -> str:
    """The detail of a row of the wrong width."""
    return f"{found} fields instead of {expected}"
