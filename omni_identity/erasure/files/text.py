"""Copies CSV and JSON files without some of their rows; every byte that stays is the original's."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
import numpy.typing as npt

from omni_identity.channels.byte_stream import ByteStream, new_decoder
from omni_identity.channels.chat_reader import message_bounds, read_whole
from omni_identity.channels.csv_dialect import find_dialect
from omni_identity.channels.csv_reader import BLOCK_BYTES, csv_blocks
from omni_identity.channels.csv_records import original_bounds
from omni_identity.channels.feeds import Feed
from omni_identity.channels.formats import packing_of
from omni_identity.channels.json_documents import read_documents
from omni_identity.channels.packing import Content, packed_as
from omni_identity.channels.redaction import NotTheSame
from omni_identity.erasure.files.document_cuts import RowCuts, ranges_to_cut

Positions = npt.NDArray[np.int64]
Ranges = list[tuple[int, int]]
"""Starts and ends, in order; those of a stream count its UTF-8, those of a file its own bytes, unpacked."""

_COPY_BYTES = 1 << 20
_CHUNK_BYTES = 4_096


def copy_csv(
    path: Path, feed: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> None:
    """Copy a CSV file (packed as its suffix says) without the rows of these numbers.

    Rows are counted as :func:`~omni_identity.channels.csv_reader.read_csv` does. A file without a
    header is copied whole.
    """
    with ByteStream(path, feed.encoding, file) as stream:
        dropped = _csv_ranges(stream, feed, row_numbers)
    _copy(path, feed, dropped, target, file)


def copy_json(path: Path, feed: Feed, cuts: RowCuts, target: Path, file: BinaryIO) -> None:
    """Copy a JSON file (packed as its suffix says) without these rows, which are documents or stand inside of them.

    They are counted as :func:`~omni_identity.channels.json_reader.read_json` does. With an element of an
    array goes its comma.
    """
    with ByteStream(path, feed.encoding, file) as stream:
        whole, inner = _cut_documents(stream, cuts)
    file.seek(0)
    with ByteStream(path, feed.encoding, file) as stream:
        dropped = _json_ranges(stream, whole)
    _copy(path, feed, sorted([*dropped, *inner]), target, file)


def _cut_documents(stream: ByteStream, cuts: RowCuts) -> tuple[set[int], Ranges]:
    """The numbers of the documents that go as a whole, and where the rows of the others stand in the stream."""
    documents = cuts.documents
    if set(cuts.by_path) <= {None}:
        return documents, []
    whole, inner = set[int](), Ranges()
    for found in read_documents(stream):
        starts, _ = found.bounds()
        for index in range(len(found.raw)):
            number = found.first + index
            if number not in documents:
                continue
            try:
                ranges = ranges_to_cut(found.raw[index], number, cuts)
            except ValueError:  # what is broken has no rows to be told apart
                ranges = None
            if ranges is None:
                whole.add(number)
                continue
            start = int(starts[index])
            inner += [(start + begin, start + end) for begin, end in ranges]
        if found.is_too_long and found.first in documents:
            whole.add(found.first)
    return whole, inner


def copy_chat(
    path: Path, feed: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> None:
    """Copy a WhatsApp chat export (packed as its suffix says) without the messages of these numbers.

    They are counted as :func:`~omni_identity.channels.chat_reader.read_whatsapp_chat` does.
    """
    with ByteStream(path, feed.encoding, file) as stream:
        starts, ends = message_bounds(read_whole(stream))
    dropped = np.array(sorted(row_numbers), dtype=np.int64) - 1
    _copy(path, feed, _ranges(starts, ends, dropped, 0), target, file)


def _csv_ranges(stream: ByteStream, feed: Feed, row_numbers: Collection[int]) -> Ranges:
    """Where the rows of these numbers stand in the stream."""
    dropped = np.array(sorted(row_numbers), dtype=np.int64)
    data = stream.read(BLOCK_BYTES)
    dialect = find_dialect(data, feed)
    if dialect is None:
        return []
    position, rows_before, is_kept = dialect.data_starts, 0, True
    ranges: Ranges = []

    def overrun(rest: bytes) -> None:
        nonlocal position
        if not is_kept:
            ranges.append((position, position + len(rest)))
        position += len(rest)

    for original, block in csv_blocks(stream, data[dialect.data_starts :], dialect, overrun):
        starts, ends = original_bounds(block, original)
        inside = dropped[(dropped > rows_before) & (dropped <= rows_before + len(starts))]
        ranges += _ranges(starts, ends, inside - rows_before - 1, position)
        rows_before += len(starts)
        position += len(original)
        is_kept = not len(inside) or int(inside[-1]) != rows_before
    return ranges


def _json_ranges(stream: ByteStream, row_numbers: Collection[int]) -> Ranges:
    dropped = np.array(sorted(row_numbers), dtype=np.int64)
    ranges: Ranges = []
    held: Ranges = []  # dropped elements of one array, whose neighbours are not all known yet
    last_kept, open_array = -1, -1

    def drop_held(begin_of_next: int | None) -> None:
        """Drop what is held with the comma after it or, at an array's end, the one before it."""
        if held:
            start, end = held[0][0], held[-1][1]
            if begin_of_next is not None:
                ranges.append((start, begin_of_next))
            else:
                ranges.append((start if last_kept < 0 else last_kept, end))
        held.clear()

    for documents in read_documents(stream):
        starts, ends = documents.bounds()
        numbers = np.arange(documents.first, documents.first + len(starts))
        is_out = np.isin(numbers, dropped)
        if documents.found is None:
            ranges += _ranges(starts, ends, np.flatnonzero(is_out), 0)
            continue
        arrays = documents.arrays()
        for start, end, array, out in zip(
            starts.tolist(), ends.tolist(), arrays.tolist(), is_out.tolist(), strict=True
        ):
            if array != open_array or array < 0:
                drop_held(None)
                last_kept, open_array = -1, array
            if out:
                held.append((start, end))
                continue
            drop_held(start)
            last_kept = end
    drop_held(None)
    return ranges


def _ranges(starts: Positions, ends: Positions, indexes: Positions, offset: int) -> Ranges:
    pairs = zip(starts[indexes].tolist(), ends[indexes].tolist(), strict=True)
    return [(start + offset, end + offset) for start, end in pairs]


def _copy(path: Path, feed: Feed, dropped: Ranges, target: Path, file: BinaryIO) -> None:
    """Copy the bytes of all that is not dropped, then see that it is read as it was in the original."""
    file.seek(0)
    with ByteStream(path, feed.encoding, file) as stream:
        expected = _hash_without(stream, dropped)
        is_damaged = stream.damage is not None
    own = _in_file(path, stream, dropped, file)
    file.seek(0)
    content = Content(file, packing_of(path))
    with target.open("wb") as written, packed_as(path, written, lambda: is_damaged) as copy:
        position = 0
        for start, end in [*own, (None, None)]:
            _pass_on(content, copy, None if start is None else start - position)
            if end is None:
                break
            _skip(content, end - (start or 0))
            position = end
    with target.open("rb") as copied, ByteStream(path, feed.encoding, copied) as fresh:
        if _hash_without(fresh, []) != expected:
            raise NotTheSame


def _hash_without(stream: ByteStream, dropped: Ranges) -> bytes:
    """A hash of what a stream gives, but for the ranges."""
    digest = hashlib.sha256()
    position = 0
    left = iter([*dropped, (1 << 62, 1 << 62)])
    start, end = next(left)
    while data := stream.read(_COPY_BYTES):
        offset = 0
        while offset < len(data):
            here = position + offset
            if here >= end:
                start, end = next(left)
            elif here < start:
                piece = data[offset : offset + start - here]
                digest.update(piece)
                offset += len(piece)
            else:
                offset += end - here
        position += len(data)
    return digest.digest()


def _in_file(path: Path, stream: ByteStream, ranges: Ranges, file: BinaryIO) -> Ranges:
    """The ranges of a stream as those of the unpacked file."""
    bounds = sorted({bound for pair in ranges for bound in pair})
    begin = len(stream.mark)
    decoder = new_decoder(stream.encoding)
    if decoder is None:
        return [(start + begin, end + begin) for start, end in ranges]
    file.seek(0)
    content = Content(file, packing_of(path))
    _skip(content, begin)
    place = dict(zip(bounds, _places(content, decoder, bounds, begin), strict=True))
    return [(place[start], place[end]) for start, end in ranges]


def _places(
    content: Content, decoder: codecs.IncrementalDecoder, bounds: Sequence[int], begin: int
) -> Iterator[int]:
    """For each bound in a stream, after how many bytes of the file it is reached."""
    position, decoded = begin, 0
    waiting = iter(bounds)
    bound = next(waiting, None)
    while bound is not None:
        chunk = content.read(_CHUNK_BYTES)
        state = decoder.getstate()
        length = _length(decoder.decode(chunk, final=not chunk))
        if decoded + length >= bound:
            after = decoder.getstate()
            decoder.setstate(state)
            reached = decoded
            for offset in range(len(chunk) + 1):
                while bound is not None and reached >= bound:
                    yield position + offset
                    bound = next(waiting, None)
                if offset < len(chunk):
                    reached += _length(decoder.decode(chunk[offset : offset + 1]))
            decoder.setstate(after)
        if not chunk:
            while (
                bound is not None
            ):  # what cannot be decoded at the very end belongs to the last row
                yield position
                bound = next(waiting, None)
        position += len(chunk)
        decoded += length


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _pass_on(content: Content, copy: IO[bytes], size: int | None) -> None:
    """Copy so many bytes, or all that are left."""
    while size is None or size > 0:
        data = content.read(_COPY_BYTES if size is None else min(size, _COPY_BYTES))
        if not data:
            return
        copy.write(data)
        size = None if size is None else size - len(data)


def _skip(content: Content, size: int) -> None:
    while size > 0 and (data := content.read(min(size, _COPY_BYTES))):
        size -= len(data)
