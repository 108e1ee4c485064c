"""JSON documents in a file: one a line, the elements of an array, or objects one after another.

Where documents are not one a line, their bounds are found by their brackets alone, block by block; whether
a document is JSON is for its reader to say. A file may so be larger than memory, one document may not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_reader import skip_line
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.reason_codes import UNREADABLE_FILE

Positions = npt.NDArray[np.int64]

BLOCK_BYTES = 1 << 22
"""How much of a file is looked at at once, and the longest line of JSON Lines."""
MAX_DOCUMENT_BYTES = 1 << 27
"""The longest document that is not a line."""
SAMPLE_BYTES = 1 << 20

_BLANK = [b"\n", b"\r\n", b"\r", b""]
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_COMMA, _OBJECT = ord(","), ord("{")
_DEEPER = np.zeros(256, dtype=np.int64)
_DEEPER[list(b"[{")] = 1
_DEEPER[list(b"]}")] = -1
_IS_MARK = _DEEPER != 0
_IS_MARK[_COMMA] = True
_EDGE_DEPTH = np.where(_DEEPER == 1, 1, np.where(_DEEPER == -1, 0, -1))
_SPACE = b" \t\r\n"
_STRAY = "the JSON breaks off: a bracket closes that was not opened"
_UNCLOSED = "the JSON breaks off: a bracket is not closed"


@dataclass(frozen=True)
class Documents:
    """Documents of a file in their order, as bytes; the first is number ``first`` (from 1).

    ``text`` is what they stand in, from ``position`` in the stream. ``is_too_long``: it is (the beginning
    of) one line, of ``length`` bytes, that is longer than a block.
    """

    first: int
    raw: pl.Series
    text: bytes
    position: int
    found: _Bounds | None = None
    fault: str | None = None
    is_too_long: bool = False
    length: int = 0

    def bounds(self) -> tuple[Positions, Positions]:
        """Where each document starts and ends in the stream; a line ends after its line end."""
        if self.is_too_long:
            return np.array([self.position]), np.array([self.position + self.length])
        starts, ends = (
            line_bounds(self.text) if self.found is None else (self.found.starts, self.found.ends)
        )
        return starts + self.position, ends + self.position

    def arrays(self) -> Positions:
        """For each document the number of the array whose element it is; -1 for none."""
        if self.found is None:
            return np.full(1 if self.is_too_long else len(self.raw), -1, dtype=np.int64)
        return self.found.arrays


def read_documents(stream: ByteStream) -> Iterator[Documents]:
    """The documents of a file. Numbers count documents from 1, blank lines not counted.

    Raises ``FileFault`` for a document that is too long. Damage of the stream ends the documents, and so do
    brackets that do not close; what precedes is given.
    """
    if are_documents(take_sample(stream)):
        yield from _documents(stream)
    else:
        yield from _lines(stream)


def take_sample(stream: ByteStream) -> bytes:
    """The beginning of a stream, which stays to be read."""
    sample = stream.read(SAMPLE_BYTES)
    stream.unread(sample)
    return sample


def are_documents(sample: bytes) -> bool:
    """Whether a file that begins so is to be read as documents, not as one document a line."""
    text = sample.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return True
    lines = [line for line in text[: 1 << 16].split("\n") if line.strip()]
    if not text.startswith("{") or _is_json(lines[0]):
        return False
    decoder = json.JSONDecoder()
    try:
        _, end = decoder.raw_decode(lines[0])
        return lines[0][end:].lstrip().startswith(("{", ","))
    except (ValueError, RecursionError):
        pass
    try:
        decoder.raw_decode(text)
        return True
    except json.JSONDecodeError as error:
        broken_at = error.pos
    except RecursionError:
        return False
    if any(_is_json(line) and line.lstrip().startswith("{") for line in lines[1:4]):
        return False
    second = text.find(lines[1]) if len(lines) > 1 else len(text)
    return (
        lines[0].strip() == "{" or broken_at > second + len(lines[0]) - len(lines[0].lstrip()) + 1
    )


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(stream: ByteStream) -> Iterator[Documents]:
    rows_before = position = 0
    data, is_last = b"", False
    while not is_last:
        more = stream.read(BLOCK_BYTES)
        is_last = not more
        data += more
        end = len(data) if is_last and stream.damage is None else data.rfind(b"\n") + 1
        if end:
            raw = lines_of(data[:end])
            yield Documents(rows_before + 1, raw, data[:end], position)
            rows_before += len(raw)
            position += end
        data = data[end:]
        if len(data) > BLOCK_BYTES:
            length, beginning = len(data), data

            def count(rest: bytes) -> None:
                nonlocal length
                length += len(rest)

            data = skip_line(stream, count)
            raw = pl.Series("line", [], dtype=pl.Binary)
            yield Documents(rows_before + 1, raw, beginning, position, None, None, True, length)
            rows_before += 1
            position += length


def line_bounds(block: bytes) -> tuple[Positions, Positions]:
    """Starts and ends (after the line end) of the lines of a block, blank ones left out."""
    ends = _line_ends(block)
    starts = np.concatenate([[0], ends]).astype(np.int64)[: len(ends)]
    data = np.frombuffer(block, dtype=np.uint8)
    is_blank = np.zeros(len(ends), dtype=bool)
    for i in np.flatnonzero(ends - starts <= 2).tolist():
        is_blank[i] = data[starts[i] : ends[i]].tobytes() in _BLANK
    return starts[~is_blank], ends[~is_blank]


def _line_ends(block: bytes) -> Positions:
    """Positions after the lines of a block."""
    data = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(data == 10) + 1
    if len(data) and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    return ends


def lines_of(block: bytes) -> pl.Series:
    """The lines of a block as bytes, blank ones left out."""
    offsets = np.concatenate([[0], _line_ends(block)])
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(block)]
    lines = pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, buffers)
    series = pl.Series("line", lines)
    return series.filter((series.bin.size() > 2) | ~series.is_in(_BLANK))


@dataclass(frozen=True)
class _Bounds:
    """Documents in a piece of text: starts, ends, the number of the array of each (-1: none).

    ``consumed``: how far the text is dealt with; ``array`` is the one that is open there, of the
    ``array_count`` so far. ``stray``: a bracket closes that was not opened, and nothing is found after it.
    """

    starts: Positions
    ends: Positions
    arrays: Positions
    consumed: int
    array: int
    array_count: int
    stray: bool


def _documents(stream: ByteStream) -> Iterator[Documents]:
    rows_before = position = array_count = 0
    array = -1
    data, is_last = b"", False
    while not is_last:
        more = stream.read(max(BLOCK_BYTES, len(data)))
        is_last = not more
        data += more
        found = _find(data, array, array_count)
        array, array_count = found.array, found.array_count
        if found.consumed:
            raw = _slices(data, found)
            yield Documents(rows_before + 1, raw, data[: found.consumed], position, found)
            rows_before += len(raw)
            position += found.consumed
        if found.stray:
            yield _rest(rows_before, position, data[found.consumed :], _STRAY)
            return
        data = data[found.consumed :]
        if len(data) > MAX_DOCUMENT_BYTES:
            raise FileFault(
                UNREADABLE_FILE,
                f"one JSON object of it is longer than {MAX_DOCUMENT_BYTES >> 20} mebibytes",
                "Deliver JSON Lines, one object a line: jq -c '.NAME[]', where NAME holds the list.",
            )
    is_open = stream.damage is None and (bool(data.strip(_SPACE)) or array >= 0)
    if data or is_open:
        yield _rest(rows_before, position, data, _UNCLOSED if is_open else None)


def _rest(rows_before: int, position: int, data: bytes, fault: str | None) -> Documents:
    """What stands after the last document."""
    raw, none = pl.Series("line", [], dtype=pl.Binary), np.empty(0, dtype=np.int64)
    found = _Bounds(none, none, none, len(data), -1, 0, False)
    return Documents(rows_before + 1, raw, data, position, found, fault)


def _slices(data: bytes, found: _Bounds) -> pl.Series:
    pieces = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    return pl.Series("line", [data[a:b] for a, b in pieces], dtype=pl.Binary)


def _find(data: bytes, array: int, array_count: int) -> _Bounds:
    """The whole documents of a piece that begins between two of them, in the open ``array`` if not -1."""
    edges, is_stray = _edges(data, base=0 if array < 0 else 1)
    documents: list[tuple[int, int, int]] = []
    start, begun = 0, False  # ``begun``: an object of no array, at ``start``

    def note(end: int) -> None:
        piece = data[start:end]
        text = piece.strip(_SPACE)
        if text:
            begin = start + len(piece) - len(piece.lstrip(_SPACE))
            documents.append((begin, begin + len(text), array))

    for place, code, depth in edges:
        if depth == 1 and code in b"[{":
            note(place)  # what stands between two documents and is none
            begun = code == _OBJECT
            start = place if begun else place + 1
            if not begun:
                array, array_count = array_count, array_count + 1
        elif depth == 0 and code in b"]}":
            note(place + 1 if begun else place)
            start, begun, array = place + 1, False, -1
        elif not begun:
            note(place)
            start = place + 1
    found = np.array(documents, dtype=np.int64).reshape(-1, 3)
    columns = (found[:, 0], found[:, 1], found[:, 2])
    return _Bounds(*columns, start, array, array_count, is_stray)


def _edges(data: bytes, base: int) -> tuple[list[tuple[int, int, int]], bool]:
    """Brackets and commas outside of texts that may part documents: place, byte, depth after it.

    ``base``: how deep the data begins. True as well when a bracket closes that was not opened.
    """
    # with escapes out of the way every quotation mark begins or ends a text
    plain = _ESCAPE.sub(b"__", data) if b"\\" in data else data
    codes = np.frombuffer(plain, dtype=np.uint8)
    marks = np.flatnonzero(_IS_MARK[codes])
    quotes = np.flatnonzero(codes == ord('"'))
    marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    codes = codes[marks]
    depths = base + np.cumsum(_DEEPER[codes])
    strays = np.flatnonzero(depths < 0)
    if len(strays):
        marks, codes, depths = marks[: strays[0]], codes[: strays[0]], depths[: strays[0]]
    # an opening bracket to depth 1, a closing one to 0, a comma at either
    is_edge = (depths <= 1) & (depths == _EDGE_DEPTH[codes])
    is_edge |= (codes == _COMMA) & (depths <= 1)
    where = (marks[is_edge].tolist(), codes[is_edge].tolist(), depths[is_edge].tolist())
    return list(zip(*where, strict=True)), len(strays) > 0
