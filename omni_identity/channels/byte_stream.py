"""Byte stream: a file's content as UTF-8, unzipped and transcoded, in blocks.

What cannot be decoded stays in the stream as bytes that are not valid UTF-8, so that the row that
holds it can be found and held back, and no other.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO

KEEP = "omni_keep"
"""Error handler with which what cannot be decoded can be written again as it was."""

_KEPT = 0xDC00
_SAMPLE_BYTES = 4_096
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: a lone surrogate, which becomes invalid UTF-8, for what is no text."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udc80", error.end


def _keep_undecodable(error: UnicodeError) -> tuple[str | bytes, int]:
    """Codec error handler: a lone surrogate for each undecodable byte, and the byte again for it."""
    if isinstance(error, UnicodeDecodeError):
        return "".join(chr(_KEPT + b) for b in error.object[error.start : error.end]), error.end
    assert isinstance(error, UnicodeEncodeError)
    kept = (ord(c) - _KEPT for c in error.object[error.start : error.end])
    return bytes(b if 0 <= b < 256 else ord("?") for b in kept), error.end


codecs.register_error("omni_mark", _mark_undecodable)
codecs.register_error(KEEP, _keep_undecodable)


class ByteStream:
    """The content of a file. A byte order mark decides the encoding, else the declared one does.

    ``damage`` is null until a gzip file turns out to be cut off or corrupt; the stream then ends
    with what was readable. ``mark`` is the byte order mark that was there.
    """

    def __init__(self, path: Path, encoding: str = "utf-8", errors: str = "omni_mark") -> None:
        """Open ``path``; raises ``OSError`` when that is impossible."""
        self.damage: str | None = None
        self.mark = b""
        self._file: IO[bytes] | gzip.GzipFile = path.open("rb")
        if path.suffix.lower() == ".gz":
            self._file = gzip.GzipFile(fileobj=self._file)
        self._pending = self._read_raw(_SAMPLE_BYTES)
        self.encoding = self._begin(encoding)
        is_utf8 = codecs.lookup(self.encoding).name in ("utf-8", "ascii", "utf-8-sig")
        self._decoder = None if is_utf8 else codecs.getincrementaldecoder(self.encoding)(errors)

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        inner = getattr(self._file, "fileobj", None)
        self._file.close()
        if inner is not None:
            inner.close()

    def read(self, size: int) -> bytes:
        """About ``size`` bytes of UTF-8; empty only at the end."""
        while True:
            raw, self._pending = self._pending, b""
            if len(raw) < size:
                raw += self._read_raw(size - len(raw))
            if self._decoder is None:
                return raw
            text = self._decoder.decode(raw, final=not raw)
            if text or not raw:
                return text.encode("utf-8", "surrogatepass")

    def _read_raw(self, size: int) -> bytes:
        """``size`` bytes of the file or all that is left of it; notes damage instead of raising."""
        blocks = []
        while size > 0 and self.damage is None:
            try:
                # read1: what precedes damage is given out before the damage is met
                block = self._read_some(min(size, 1 << 20))
            except (EOFError, zlib.error, gzip.BadGzipFile):
                # not the error's own words: they may quote the content
                self.damage = "the compressed data is damaged or breaks off"
                break
            if not block:
                break
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)

    def _read_some(self, size: int) -> bytes:
        if isinstance(self._file, gzip.GzipFile):
            return self._file.read1(size)
        return self._file.read(size)

    def _begin(self, declared: str) -> str:
        """Drop a byte order mark and say which encoding the content has."""
        for mark, encoding in _BYTE_ORDER_MARKS:
            if self._pending.startswith(mark):
                self._pending = self._pending[len(mark) :]
                self.mark = mark
                return encoding
        return self._utf_16_without_mark() or declared

    def _utf_16_without_mark(self) -> str | None:
        """UTF-16 shows in Latin text by a NUL in every other byte."""
        sample = self._pending[: len(self._pending) & ~1]
        if len(sample) < 8:
            return None
        for encoding, text, filler in (("utf-16-le", 0, 1), ("utf-16-be", 1, 0)):
            nul_share = sample[filler::2].count(0) * 2 / len(sample)
            if nul_share > 0.5 and sample[text::2].count(0) == 0:
                return encoding
        return None
