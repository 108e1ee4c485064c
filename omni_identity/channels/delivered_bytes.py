"""Delivered bytes: a file opened once, which gives out no byte but those that its hash was taken of."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.reason_codes import CHANGED_FILE, INACCESSIBLE_FILE

BLOCK_BYTES = 1 << 20
NOT_A_FILE = "it is no file but a pipe, a socket or a device"


def open_file(path: Path) -> io.FileIO:
    """Open a regular file to be read, without waiting; ``OSError`` if that is impossible.

    ``FileFault`` for a pipe, a socket or a device: reading one may never end.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileFault(INACCESSIBLE_FILE, NOT_A_FILE, is_of_content=False)
    return io.FileIO(handle)


def open_delivered(path: Path, content_hash: str) -> BinaryIO:
    """Open a file of which ``content_hash`` (SHA-256, hex) is known; ``OSError`` if that is impossible.

    ``FileFault``, here or from any later read, when its bytes are not those of that hash: it has been
    changed, cut off or replaced since, or is just now.
    """
    return io.BufferedReader(_CheckedFile(open_file(path), content_hash), BLOCK_BYTES)


class _CheckedFile(io.RawIOBase):
    """Hashes the file once from its beginning and keeps a check of each block; what is read has to meet it."""

    def __init__(self, file: io.FileIO, content_hash: str) -> None:
        self._file = file
        self._position = 0
        self._checks: list[int] = []
        self._held = (-1, b"")
        self._size = 0
        digest = hashlib.sha256()
        try:
            while block := self._read_block(len(self._checks)):
                digest.update(block)
                self._held = (len(self._checks), block)
                self._checks.append(hash(block))
                self._size += len(block)
            if digest.hexdigest() != content_hash:
                raise _changed()
        except BaseException:
            file.close()
            raise

    def _read_block(self, number: int) -> bytes:
        self._file.seek(number * BLOCK_BYTES)
        pieces = []
        missing = BLOCK_BYTES
        while missing and (piece := self._file.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer up to the end of a block; 0 at the end of the file."""
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, BLOCK_BYTES)
        if self._held[0] != number:
            block = self._read_block(number)
            if hash(block) != self._checks[number]:
                raise _changed()
            self._held = (number, block)
        piece = memoryview(self._held[1])[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a position before the beginning")  # as zipfile expects it
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._held = (-1, b"")
        self._file.close()
        super().close()


def _changed() -> FileFault:
    return FileFault(CHANGED_FILE, "it was changed while it was being read", is_of_content=False)
