"""Byte stream: a file's content as UTF-8, unpacked and transcoded, in blocks.

What cannot be decoded stays in the stream as bytes that are not valid UTF-8, so that the row that
holds it can be found and held back, and no other.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, cast

from omni_identity.channels.formats import packing_of
from omni_identity.channels.packing import Content

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


codecs.register_error("omni_mark", _mark_undecodable)


def new_decoder(encoding: str) -> codecs.IncrementalDecoder | None:
    """A decoder as a stream uses it; None for UTF-8, which is passed on as it is."""
    if codecs.lookup(encoding).name in ("utf-8", "ascii", "utf-8-sig"):
        return None
    return codecs.getincrementaldecoder(encoding)("omni_mark")


class ByteStream:
    """The content of a file. A byte order mark decides the encoding, else the declared one does.

    ``damage`` is null until a packed file turns out to be cut off or corrupt; the stream then ends
    with what was readable. ``mark`` is the byte order mark that was there.
    """

    def __init__(self, path: Path, encoding: str = "utf-8", file: BinaryIO | None = None) -> None:
        """Read ``file``, which stays open, or else open ``path``; raises ``OSError`` when that is impossible."""
        self.mark = b""
        self._own = cast(BinaryIO, path.open("rb")) if file is None else None
        opened = file if file is not None else self._own
        assert opened is not None
        self._content = Content(opened, packing_of(path))
        self._read_raw = self._content.read
        self._pending = self._read_raw(_SAMPLE_BYTES)
        self.encoding = self._begin(encoding)
        self._decoder = new_decoder(self.encoding)
        self._returned = b""

    @property
    def damage(self) -> str | None:
        """What is wrong with the compressed data, as far as it was read."""
        return self._content.damage

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
        if self._own is not None:
            self._own.close()

    def read(self, size: int) -> bytes:
        """About ``size`` bytes of UTF-8; empty only at the end."""
        if self._returned:
            data, self._returned = self._returned, b""
            return data
        while True:
            raw, self._pending = self._pending, b""
            if len(raw) < size:
                raw += self._read_raw(size - len(raw))
            if self._decoder is None:
                return raw
            text = self._decoder.decode(raw, final=not raw)
            if text or not raw:
                return text.encode("utf-8", "surrogatepass")

    def unread(self, data: bytes) -> None:
        """Let what was read last be what is read next."""
        self._returned = data

    def _begin(self, declared: str) -> str:
        """Drop a byte order mark and say which encoding the content has."""
        for mark, encoding in _BYTE_ORDER_MARKS:
            if self._pending.startswith(mark):
                self._pending = self._pending[len(mark) :]
                self.mark = mark
                return encoding
        return self._utf_16_without_mark() or self._with_byte_order(declared)

    def _with_byte_order(self, declared: str) -> str:
        """The declared encoding; of UTF-16 and UTF-32 the order in which more of the beginning is ASCII."""
        width = {"utf-16": 2, "utf-32": 4}.get(codecs.lookup(declared).name)
        if width is None:
            return declared
        units = [self._pending[i : i + width] for i in range(0, len(self._pending), width)]
        orders: tuple[Literal["little"], Literal["big"]] = ("little", "big")
        ascii_count = {o: sum(int.from_bytes(unit, o) < 128 for unit in units) for o in orders}
        order = "be" if ascii_count["big"] > ascii_count["little"] else "le"
        return f"utf-{8 * width}-{order}"

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
