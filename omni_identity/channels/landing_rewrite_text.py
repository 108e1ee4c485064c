"""Copies CSV and JSON Lines files without some of their rows; every other byte stays as it was."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from omni_identity.channels.byte_stream import KEEP, ByteStream
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_dialect import find_dialect
from omni_identity.channels.csv_reader import BLOCK_BYTES, csv_blocks, skip_line
from omni_identity.channels.csv_records import original_bounds
from omni_identity.channels.json_reader import BLOCK_BYTES as JSON_BLOCK_BYTES
from omni_identity.channels.json_reader import line_bounds

Positions = npt.NDArray[np.int64]

_GZIP_TRAILER = 8


def copy_csv(path: Path, feed: Feed, row_numbers: Collection[int], target: Path) -> None:
    """Copy a CSV file (gzipped if it ends in ``.gz``) without the rows of these numbers.

    Rows are counted as :func:`~omni_identity.channels.csv_reader.read_csv` does. A file without a
    header is copied whole.
    """
    dropped = np.array(sorted(row_numbers), dtype=np.int64)
    with ByteStream(path, feed.encoding, KEEP) as stream, _copy_of(path, stream, target) as copy:
        data = stream.read(BLOCK_BYTES)
        dialect = find_dialect(data, feed)
        if dialect is None:
            while data:
                copy.write(data)
                data = stream.read(BLOCK_BYTES)
            return
        copy.write(data[: dialect.data_starts])
        rows_before = 0
        is_kept = True

        def overrun(rest: bytes) -> None:
            if is_kept:
                copy.write(rest)

        for original, block in csv_blocks(stream, data[dialect.data_starts :], dialect, overrun):
            starts, ends = original_bounds(block, original)
            inside = dropped[(dropped > rows_before) & (dropped <= rows_before + len(starts))]
            _write_without(copy, original, starts, ends, inside - rows_before - 1)
            rows_before += len(starts)
            is_kept = not len(inside) or int(inside[-1]) != rows_before


def copy_json_lines(path: Path, feed: Feed, row_numbers: Collection[int], target: Path) -> None:
    """Copy a JSON Lines file (gzipped if it ends in ``.gz``) without the lines of these numbers.

    Lines are counted as :func:`~omni_identity.channels.json_reader.read_json_lines` does.
    """
    dropped = np.array(sorted(row_numbers), dtype=np.int64)
    with ByteStream(path, feed.encoding, KEEP) as stream, _copy_of(path, stream, target) as copy:
        rows_before = 0
        data, is_last = b"", False
        while not is_last:
            more = stream.read(JSON_BLOCK_BYTES)
            is_last = not more
            data += more
            end = len(data) if is_last and stream.damage is None else data.rfind(b"\n") + 1
            starts, ends = line_bounds(data[:end])
            inside = dropped[(dropped > rows_before) & (dropped <= rows_before + len(starts))]
            _write_without(copy, data[:end], starts, ends, inside - rows_before - 1)
            rows_before += len(starts)
            data = data[end:]
            if len(data) > JSON_BLOCK_BYTES:  # one line, as the reader sees it
                rows_before += 1
                is_kept = rows_before not in dropped
                write = copy.write if is_kept else _nowhere
                write(data)
                data = skip_line(stream, write)


def _nowhere(_: bytes) -> None:
    """Where the rest of a long line goes that is left out."""


def _write_without(
    copy: _Copy, data: bytes, starts: Positions, ends: Positions, dropped: Positions
) -> None:
    """Write ``data`` but for the ranges at the indexes ``dropped``."""
    position = 0
    for start, end in zip(starts[dropped].tolist(), ends[dropped].tolist(), strict=True):
        copy.write(data[position:start])
        position = end
    copy.write(data[position:])


class _Copy:
    """Takes UTF-8 and writes it in the encoding of the file that was read."""

    def __init__(self, stream: ByteStream, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file
        is_utf8 = codecs.lookup(stream.encoding).name in ("utf-8", "ascii", "utf-8-sig")
        self._encoder = None if is_utf8 else codecs.getincrementalencoder(stream.encoding)(KEEP)
        file.write(stream.mark)

    def write(self, data: bytes) -> None:
        """Write whole characters."""
        if self._encoder is None:
            self._file.write(data)
        elif data:
            self._file.write(self._encoder.encode(data.decode("utf-8", "surrogatepass")))


@contextmanager
def _copy_of(path: Path, stream: ByteStream, target: Path) -> Iterator[_Copy]:
    """A copy to be written, compressed as ``path`` is; a damaged file stays a damaged one.

    Without its trailer a gzip file reads as one that broke off: a snapshot of which a part is missing
    must not become one that says that everybody else was dropped.
    """
    with target.open("wb") as file:
        if path.suffix.lower() != ".gz":
            yield _Copy(stream, file)
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
            yield _Copy(stream, zipped)
        if stream.damage is not None:
            file.truncate(file.tell() - _GZIP_TRAILER)
