"""Packing: gzip and Zstandard around a file, undone while it is read, done again while it is written."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyarrow as pa

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.formats import Packing, packing_of
from omni_identity.channels.reason_codes import UNREADABLE_FILE

IN_MEMORY_BYTES = 1 << 24
"""Up to so many bytes a file that is unpacked as a whole stays in memory."""
DAMAGED = "the compressed data is damaged or breaks off"

_PACKED_BYTES = 1 << 16
_COPY_BYTES = 1 << 20
_GZIP_TRAILER = 8
_ZST_MAGIC = b"\x28\xb5\x2f\xfd"


class Content:
    """The bytes of a file, unpacked, from where ``file`` stands; ``damage`` is null until some is met.

    However it is asked, it gives the same bytes of a damaged file.
    """

    def __init__(self, file: BinaryIO, packing: Packing | None) -> None:
        self.damage: str | None = None
        self._file = file
        self._gzip = gzip.GzipFile(fileobj=file) if packing == "gz" else None
        self._zst = None
        if packing == "zst":
            borrowed = pa.PythonFile(_Borrowed(file), mode="r")
            self._zst = pa.CompressedInputStream(borrowed, "zstd")
        self._left = b""

    def read(self, size: int) -> bytes:
        """``size`` bytes or all that is left; notes damage instead of raising."""
        if self._gzip is None and self._zst is None:
            blocks = []
            while size > 0 and (block := self._file.read(size)):
                blocks.append(block)
                size -= len(block)
            return b"".join(blocks)
        blocks = [self._left]
        length = len(self._left)
        while length < size and self.damage is None:
            block = self._unpacked()
            if not block:
                break
            blocks.append(block)
            length += len(block)
        data = b"".join(blocks)
        self._left = data[size:]
        return data[:size]

    def _unpacked(self) -> bytes:
        try:
            if self._gzip is not None:
                # read1: what precedes damage is given out before the damage is met
                return self._gzip.read1(_PACKED_BYTES)
            assert self._zst is not None
            return cast(bytes, self._zst.read(_PACKED_BYTES))
        except OSError as error:
            if error.errno is not None:  # the system's, not the decoder's
                raise
        except (EOFError, zlib.error):
            pass
        # not the error's own words: they may quote the content
        self.damage = DAMAGED
        return b""


class _Borrowed(io.RawIOBase):
    """A file that whoever reads it closes without effect."""

    def __init__(self, file: BinaryIO) -> None:
        self._borrowed = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._borrowed.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


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
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain:
            yield cast(IO[bytes], plain)
            plain.seek(0)
            with pa.CompressedOutputStream(
                pa.PythonFile(_Kept(target), mode="w"), "zstd"
            ) as packed:
                shutil.copyfileobj(plain, packed)
        if is_damaged():
            target.write(_ZST_MAGIC)
    else:
        yield target


class _Kept(io.RawIOBase):
    """A file to be written that whoever writes it closes without effect."""

    def __init__(self, file: IO[bytes]) -> None:
        self._kept = file

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._kept.write(data)
