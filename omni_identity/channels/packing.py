"""Packing: gzip and Zstandard around a file, undone while it is read, done again while it is written."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.formats import Packing, packing_of
from omni_identity.channels.reason_codes import UNREADABLE_FILE

IN_MEMORY_BYTES = 1 << 24
"""Up to so many bytes a file that is unpacked as a whole stays in memory."""
DAMAGED = "the compressed data is damaged or breaks off"

_PACKED_BYTES = 1 << 16
_COPY_BYTES = 1 << 20
_GZIP_TRAILER = 8


class Content:
    """The bytes of a file, unpacked, from where ``file`` stands; ``damage`` is null until some is met.

    However it is asked, it gives the same bytes of a damaged file.
    """

    def __init__(self, file: BinaryIO, packing: Packing | None) -> None:
        self.damage: str | None = None
        self._file = file
        self._next_block: Callable[[], bytes] | None = None
        if packing == "gz":
            # read1: what precedes damage is given out before the damage is met
            self._next_block = partial(gzip.GzipFile(fileobj=file).read1, _PACKED_BYTES)
        elif packing == "zst":
            blocks = _zst_blocks(file)
            self._next_block = lambda: next(blocks, b"")
        self._left = b""

    def read(self, size: int) -> bytes:
        """``size`` bytes or all that is left; notes damage instead of raising."""
        if self._next_block is None:
            blocks = []
            while size > 0 and (block := self._file.read(size)):
                blocks.append(block)
                size -= len(block)
            return b"".join(blocks)
        blocks = [self._left]
        length = len(self._left)
        while length < size and self.damage is None:
            try:
                block = self._next_block()
            except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError):
                # not the error's own words: they may quote the content
                self.damage = DAMAGED
                break
            if not block:
                break
            blocks.append(block)
            length += len(block)
        data = b"".join(blocks)
        self._left = data[size:]
        return data[:size]


def _zst_blocks(file: BinaryIO) -> Iterator[bytes]:
    """The content of frames one after another; ``EOFError`` where the last one breaks off."""
    frame = None
    while data := file.read(_PACKED_BYTES):
        while data:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            if block := frame.decompress(data):
                yield block
            data = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame is not None:
        raise EOFError


@contextmanager
def unpacked(path: Path, file: BinaryIO) -> Iterator[BinaryIO]:
    """A file's whole content, to be read from any place: ``file`` itself, or what is packed in it.

    Raises ``FileFault`` for a packed file that is damaged.
    """
    packing = packing_of(path)
    if packing is None:
        yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain:
        content = Content(file, packing)
        while data := content.read(_COPY_BYTES):
            plain.write(data)
        if content.damage is not None:
            raise FileFault(UNREADABLE_FILE, content.damage)
        plain.seek(0)
        yield cast(BinaryIO, plain)


@contextmanager
def packed_as(
    path: Path, target: IO[bytes], is_damaged: Callable[[], bool] = lambda: False
) -> Iterator[IO[bytes]]:
    """Where to write what becomes the content of ``target``, packed as ``path`` is.

    A damaged file (``is_damaged``, asked at the end) stays a damaged one: a snapshot of which a part is
    missing must not become one that says that everybody else was dropped.
    """
    packing = packing_of(path)
    if packing == "gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed:
            yield cast(IO[bytes], packed)
        if is_damaged():  # without its trailer it reads as one that broke off
            target.truncate(target.tell() - _GZIP_TRAILER)
    elif packing == "zst":
        with zstandard.ZstdCompressor().stream_writer(target, closefd=False) as packed:
            yield cast(IO[bytes], packed)
        if is_damaged():
            target.write(zstandard.FRAME_HEADER)
    else:
        yield target
