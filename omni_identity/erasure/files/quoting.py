"""Delivered files whose texts quote erased persons: whether one does, and the marks in it.

All of a file is looked through, mapped or not, as its channel's rows may be read another way one day.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import polars as pl

from omni_identity.channels.byte_stream import ByteStream, new_decoder
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import FileFault, guarded
from omni_identity.channels.formats import Format, Packing, format_of, packing_of
from omni_identity.channels.json_documents import (
    SAMPLE_BYTES,
    Documents,
    are_documents,
    read_documents,
)
from omni_identity.channels.marked_texts import (
    LONE,
    marked_json_line,
    marked_text,
    unescaped,
)
from omni_identity.channels.packing import Content, packed_as
from omni_identity.channels.parts import Part, parts_of
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.workbook import Cell, read_sheets, text_of
from omni_identity.erasure.files.quoted_parquet import (
    mark_parquet,
    parquet_texts,
    quoting_row_groups,
)
from omni_identity.erasure.files.workbook import change_workbook

_BLOCK_BYTES = 1 << 22
_TOGETHER_BYTES = 1 << 22
"""Of texts, perhaps of several files, that are looked at together."""
_TO_PRIVATE = {0xD800 + n: 0xF0000 + n for n in range(0x800)}
_FROM_PRIVATE = {private: lone for lone, private in _TO_PRIVATE.items()}


def find_quoting_files(
    files: Iterable[tuple[Path, Feed]], quotations: Quotations
) -> tuple[set[Path], dict[Path, FileFault]]:
    """Which of the delivered files quote an erased person, and which cannot be looked into, for what fault.

    Small files are looked at together: so few texts take hardly longer than none.
    """
    found, faults = set[Path](), dict[Path, FileFault]()
    waiting: list[tuple[Path, Feed, pl.Series]] = []

    def look() -> None:
        counts = [len(texts) for _, _, texts in waiting]
        texts = pl.concat([texts.alias("text") for _, _, texts in waiting])
        is_changed = quotations.marked(texts).ne_missing(texts)
        for (path, feed, _), start, count in zip(waiting, _starts(counts), counts, strict=True):
            if path in found or not is_changed.slice(start, count).any():
                continue
            try:
                # a piece of JSON was read as well as goes without parsing it
                if any(guarded(quoting_parts(path, feed, quotations))):
                    found.add(path)
            except FileFault as fault:
                faults[path] = fault
        waiting.clear()

    size = 0
    for path, feed in files:
        try:
            for texts in guarded(_texts(path, feed)):
                waiting.append((path, feed, texts))
                size += int(texts.str.len_bytes().sum())
                if size >= _TOGETHER_BYTES:
                    look()
                    size = 0
        except FileFault as fault:
            faults[path] = fault
    if waiting:
        look()
    return found, faults


def _starts(counts: Sequence[int]) -> Iterator[int]:
    return accumulate(counts[:-1], initial=0)


def _texts(path: Path, feed: Feed) -> Iterator[pl.Series]:
    """The texts of a file, piece by piece; none of one of another format."""
    if packing_of(path) != "zip" and format_of(path, feed.format) is None:
        return
    with path.open("rb") as file:
        for part in parts_of(path, feed, file):
            yield from _texts_in(part, feed)


def _texts_in(part: Part, feed: Feed) -> Iterator[pl.Series]:
    if part.format == "parquet":
        yield from parquet_texts(part)
    elif part.format == "workbook":
        for _, cells in read_sheets(part.path, feed, part.file):
            yield _texts_of_cells(cells)
    elif _holds_documents(part, feed.encoding):
        with ByteStream(part.path, feed.encoding, part.file) as stream:
            for documents in read_documents(stream):
                yield pl.Series("text", [unescaped(_shown(documents.text))])
    else:
        for text, _ in _Blocks(part.file, packing_of(part.path), _encoding(part, feed)):
            shown = text.translate(_TO_PRIVATE) if LONE.search(text) else text
            yield pl.Series("text", [unescaped(shown) if part.format == "json" else shown])


def is_quoting(path: Path, feed: Feed, quotations: Quotations) -> bool:
    """Whether any text of a delivered file quotes an erased person; false for one of another format."""
    return any(quoting_parts(path, feed, quotations))


def quoting_parts(path: Path, feed: Feed, quotations: Quotations) -> Iterator[bool]:
    """Piece by piece of a file, whether it quotes an erased person."""
    if packing_of(path) != "zip" and format_of(path, feed.format) is None:
        return
    with path.open("rb") as file:
        for part in parts_of(path, feed, file):
            yield from _quoting(part, feed, quotations)


def _quoting(part: Part, feed: Feed, quotations: Quotations) -> Iterator[bool]:
    if part.format == "parquet":
        yield from quoting_row_groups(part, quotations)
    elif part.format == "workbook":
        for _, rows in read_sheets(part.path, feed, part.file):
            yield bool(_marks(rows, quotations))
    elif _holds_documents(part, feed.encoding):
        with ByteStream(part.path, feed.encoding, part.file) as stream:
            for documents in read_documents(stream):
                yield _marked_documents(documents, quotations) != documents.text
    else:
        for text, _ in _Blocks(part.file, packing_of(part.path), _encoding(part, feed)):
            yield _marked(text, part.format, quotations) != text


def _holds_documents(part: Part, encoding: str) -> bool:
    """Whether a part is JSON that is not one document a line."""
    if part.format != "json":
        return False
    with ByteStream(part.path, encoding, part.file) as stream:
        holds = are_documents(stream.read(SAMPLE_BYTES))
    part.file.seek(0)
    return holds


def mark_file(content: Path, part: Part, feed: Feed, quotations: Quotations) -> None:
    """Put marks into ``content``, a file that is as ``part`` in format, encoding and compression.

    Lines without a quotation keep every byte (but those of a compressed file), others all but the
    values that quote. Parquet keeps schema, row groups and compression; of a workbook that quotes, what
    :func:`~omni_identity.erasure.files.workbook.copy_workbook` keeps.
    """
    fresh = content.with_name(f"{content.name}.marked")
    encoding = _encoding(part, feed)
    with content.open("rb") as file:
        copy = replace(part, file=file)
        if part.format == "parquet":
            mark_parquet(copy, fresh, quotations)
        elif part.format == "workbook":
            _mark_workbook(copy, feed, fresh, quotations)
        elif _holds_documents(copy, encoding[0]):
            _mark_documents(copy, encoding, fresh, quotations)
        else:
            _mark_text(copy, encoding, fresh, quotations)
    if fresh.exists():
        fresh.replace(content)


def _mark_text(
    part: Part, encoding: tuple[str, str, bytes], fresh: Path, quotations: Quotations
) -> None:
    blocks = _Blocks(part.file, packing_of(part.path), encoding)
    with (
        fresh.open("wb") as target,
        packed_as(part.path, target, lambda: blocks.is_damaged) as written,
    ):
        written.write(blocks.mark)
        for text, raw in blocks:
            marked = _marked(text, part.format, quotations)
            written.write(raw if marked == text else marked.encode(encoding[0], encoding[1]))


def _mark_documents(
    part: Part, encoding: tuple[str, str, bytes], fresh: Path, quotations: Quotations
) -> None:
    with (
        ByteStream(part.path, encoding[0], part.file) as stream,
        fresh.open("wb") as target,
        packed_as(part.path, target, lambda: stream.damage is not None) as written,
    ):
        written.write(stream.mark)
        is_as_read = new_decoder(stream.encoding) is None
        for documents in read_documents(stream):
            marked = _marked_documents(documents, quotations)
            if not is_as_read:
                marked = marked.decode("utf-8", "surrogatepass").encode(encoding[0], encoding[1])
            written.write(marked)


def _marked_documents(documents: Documents, quotations: Quotations) -> bytes:
    """The text of some documents, with marks in what they say and in what stands between them."""
    text = documents.text
    whole = _shown(text)
    if not quotations.are_in(pl.Series([unescaped(whole)])):
        return text
    pieces, place = [], 0
    starts, ends = documents.bounds()
    inside = zip(
        (starts - documents.position).tolist(), (ends - documents.position).tolist(), strict=True
    )
    for start, end in [*inside, (len(text), len(text))]:
        pieces.append(marked_text(_shown(text[place:start]), quotations))
        pieces.append(marked_json_line(_shown(text[start:end]), quotations) if end > start else "")
        place = end
    marked = "".join(pieces)
    if marked == whole:
        return text
    return marked.translate(_FROM_PRIVATE).encode("utf-8", "surrogateescape")


def _shown(text: bytes) -> str:
    """UTF-8 as text that holds no lone surrogates: what is no text is in the private area."""
    return text.decode("utf-8", "surrogateescape").translate(_TO_PRIVATE)


def _mark_workbook(part: Part, feed: Feed, fresh: Path, quotations: Quotations) -> None:
    sheets = read_sheets(part.path, feed, part.file)
    marks = {name: _marks(rows, quotations) for name, rows in sheets}
    if not any(marks.values()):
        return
    part.file.seek(0)

    def marked(name: str, rows: list[list[Cell]]) -> list[list[Cell]]:
        changes = marks[name]
        return [[changes.get(text_of(cell), cell) for cell in row] for row in rows]

    change_workbook(part.path, feed, part.file, fresh, marked)


def _marks(rows: list[list[Cell]], quotations: Quotations) -> dict[str, str]:
    """The texts of a sheet that quote, each with the one that has marks in their place."""
    distinct = _texts_of_cells(rows)
    marked = quotations.marked(distinct)
    is_changed = marked.ne_missing(distinct)
    return dict(zip(distinct.filter(is_changed), marked.filter(is_changed), strict=True))


def _texts_of_cells(rows: list[list[Cell]]) -> pl.Series:
    """The distinct texts of a sheet."""
    texts = dict.fromkeys(text_of(cell) for row in rows for cell in row if cell != "")
    return pl.Series("text", list(texts), dtype=pl.String)


def _encoding(part: Part, feed: Feed) -> tuple[str, str, bytes]:
    """The encoding of a file, the error handler with which nothing of it is lost, and its byte order mark."""
    if part.format not in ("csv", "json"):
        return feed.encoding, "surrogateescape", b""
    with ByteStream(part.path, feed.encoding, part.file) as stream:
        name, mark = stream.encoding, stream.mark
    part.file.seek(0)
    is_wide = codecs.lookup(name).name.startswith(("utf-16", "utf-32"))
    return name, "surrogatepass" if is_wide else "surrogateescape", mark


class _Blocks:
    """The text of a file in blocks of whole lines, each with its bytes; ``is_damaged`` once read."""

    def __init__(
        self, file: BinaryIO, packing: Packing | None, encoding: tuple[str, str, bytes]
    ) -> None:
        self._content = Content(file, packing)
        self._name, self._errors, self.mark = encoding

    @property
    def is_damaged(self) -> bool:
        """Whether damage was met in what is packed."""
        return self._content.damage is not None

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        line_end = "\n".encode(self._name, self._errors)
        data = self._read()[len(self.mark) :]
        while data:
            more = self._read()
            cut = _whole_lines(data, line_end) if more else len(data)
            if not cut and len(data) > 4 * _BLOCK_BYTES:
                cut = len(data) - len(data) % 4
            odd = (cut % len(line_end)) if not more else 0
            raw, rest = data[: cut - odd], data[cut:]
            if raw:
                yield raw.decode(self._name, self._errors), raw
            if odd:
                yield "", data[cut - odd : cut]
            data = rest + more

    def _read(self) -> bytes:
        return self._content.read(_BLOCK_BYTES)


def _whole_lines(data: bytes, line_end: bytes) -> int:
    """How many bytes are whole lines; a line end begins at a multiple of its width."""
    place = data.rfind(line_end)
    while place > 0 and place % len(line_end):
        place = data.rfind(line_end, 0, place + len(line_end) - 1)
    return place + len(line_end) if place >= 0 else 0


def _marked(text: str, kind: Format | None, quotations: Quotations) -> str:
    if not text:
        return text
    is_odd = LONE.search(text) is not None
    shown = text.translate(_TO_PRIVATE) if is_odd else text
    mark = _marked_json if kind == "json" else marked_text
    marked = mark(shown, quotations)
    return marked.translate(_FROM_PRIVATE) if is_odd else marked


def _marked_json(text: str, quotations: Quotations) -> str:
    if not quotations.are_in(pl.Series([unescaped(text)])):
        return text
    lines = text.split("\n")
    plain = pl.Series([unescaped(line) for line in lines])
    is_quoting = quotations.marked(plain).ne_missing(plain)
    for i in is_quoting.arg_true():
        lines[i] = marked_json_line(lines[i], quotations)
    return "\n".join(lines)
