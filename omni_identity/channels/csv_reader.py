"""CSV files as raw batches: any delimiter, quoting and encoding, broken rows set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv

from omni_identity.channels.batches import Broken, RawBatch, file_broken, source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_backslashes import DoubledQuotes, unescape
from omni_identity.channels.csv_dialect import Dialect, find_dialect
from omni_identity.channels.csv_fields import split_fields
from omni_identity.channels.csv_records import (
    CleanBlock,
    clean_block,
    is_marker,
    record_bounds,
    wrong_field_count,
)
from omni_identity.channels.encoding_guess import advise_encoding
from omni_identity.channels.feeds import Feed
from omni_identity.channels.footers import MOST_LINES, LastLine, count_footers, footer_detail
from omni_identity.channels.reason_codes import (
    BELOW_THE_TABLE,
    EMPTY_FILE,
    TRUNCATED_FILE,
    UNDECODABLE_BYTES,
    UNREADABLE_FILE,
    WRONG_FIELD_COUNT,
)
from omni_identity.channels.texts import decode, is_utf_8, show

BLOCK_BYTES = 1 << 23
MOST_ROWS_GUESSED_FROM = 200
_ASCII_ONLY = bytes(range(128)) + b"?" * 128


def read_csv(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Rows of a CSV file (packed if its suffix says so) with the columns that ``feed`` names.

    ``row_number`` counts the records after the header from 1, empty lines not counted. Of two
    columns of one name the first counts, unless a number tells them apart; a column that the file lacks
    is not in the batches. ``file``: the opened file, if it is.
    """
    with ByteStream(path, feed.encoding, file) as stream:
        data = stream.read(BLOCK_BYTES)
        dialect = find_dialect(data, feed)
        if dialect is None:
            damage = stream.damage
            reason = UNREADABLE_FILE if damage else EMPTY_FILE
            yield file_broken(reason, damage or "no header")
            return
        yield from _blocks(stream, data[dialect.data_starts :], dialect, feed)


def _blocks(stream: ByteStream, data: bytes, dialect: Dialect, feed: Feed) -> Iterator[RawBatch]:
    parser = _Parser(dialect, feed)
    held: RawBatch | None = None  # until it is plain whether lines at its end are a footer
    for _, block in csv_blocks(stream, data, dialect, lambda _: None):
        if block.text:
            if held is not None:
                yield held
            held = parser.parse(block)
    if held is not None:
        yield held if stream.damage is not None else without_footer(held, dialect)
    if stream.damage is not None:
        yield file_broken(TRUNCATED_FILE, stream.damage)


def csv_blocks(
    stream: ByteStream, data: bytes, dialect: Dialect, overrun: Callable[[bytes], object]
) -> Iterator[tuple[bytes, CleanBlock]]:
    """The rows of a file in blocks: the bytes that each block consumes, and the block.

    ``data`` is what was read of the stream after the header. What follows the part of an overlong
    line that is its block's last record is given to ``overrun``, before the next block.
    """
    rows: ByteStream | DoubledQuotes = stream
    if dialect.has_backslashes:
        stream.unread(data)
        data, rows = b"", DoubledQuotes(stream)
    is_last = False
    while not is_last:
        more = rows.read(BLOCK_BYTES)
        is_last = not more
        data += more
        if is_last and rows.damage is not None:
            # the row that breaks off may look whole
            data = data[: max(data.rfind(b"\n"), data.rfind(b"\r")) + 1]
        block = clean_block(data, dialect.delimiter, len(dialect.header), is_last)
        yield data[: block.consumed], block
        is_cut = not is_last and block.consumed == len(data) and data[-1:] not in (b"\n", b"\r")
        data = skip_line(rows, overrun) if is_cut else data[block.consumed :]


def skip_line(
    stream: ByteStream | DoubledQuotes, overrun: Callable[[bytes], object] = lambda _: None
) -> bytes:
    """Pass over the rest of a line that is too long, giving it to ``overrun``; what was read after it."""
    while data := stream.read(BLOCK_BYTES):
        line, line_end, rest = data.partition(b"\n")
        overrun(line + line_end)
        if line_end:
            return rest
    return b""


@dataclass
class _Parser:
    """Parses clean blocks and keeps the row number from one to the next."""

    dialect: Dialect
    feed: Feed
    rows_before: int = 0
    _invalid: list[tuple[int, str, int]] = field(default_factory=list)

    @cached_property
    def _positions(self) -> dict[str, str]:
        """Names that cannot clash (``f0``, ``f1``) of the wanted columns."""
        places = self.dialect.places(self.feed.source_columns())
        return {name: f"f{place}" for name, place in places.items()}

    def parse(self, block: CleanBlock) -> RawBatch:
        """Rows of one block, and what is broken in it."""
        self._invalid = []
        content = block.text if is_utf_8(block.text) else self._without_invalid(block)
        table = self._table(content)
        numbers = self._numbers(table.num_rows)
        payloads = _Payloads(block, self.rows_before)
        broken = self._broken(block)
        frame = pl.DataFrame({"row_number": numbers})
        undecodable = pl.repeat(False, len(frame), dtype=pl.Boolean, eager=True)
        raw = pl.DataFrame(pl.from_arrow(table))
        may_hold_nul = b"\0" in block.text
        for name, position in self._positions.items():
            text, bad = decode(raw[position], may_hold_nul)
            undecodable = undecodable if bad is None else undecodable | bad
            if self.dialect.has_backslashes:
                text = unescape(text)
            frame = frame.with_columns(text.alias(source_column(name)))
        if undecodable.any():
            bad_numbers = frame.filter(undecodable)["row_number"].to_list()
            texts = payloads(bad_numbers)
            detail = advise_encoding(self.feed.encoding, payloads.bytes_of(bad_numbers))
            broken += [
                Broken(n, UNDECODABLE_BYTES, detail, t)
                for n, t in zip(bad_numbers, texts, strict=True)
            ]
            frame = frame.filter(~undecodable)
        self.rows_before += table.num_rows + len(self._invalid)
        return RawBatch(frame, broken, payloads)

    def _table(self, text: bytes) -> pa.Table:
        names = [f"f{i}" for i in range(len(self.dialect.header))]
        wanted = list(dict.fromkeys(self._positions.values())) or names[:1]
        return csv.read_csv(
            pa.BufferReader(text or b"\n"),
            read_options=csv.ReadOptions(
                use_threads=False, block_size=len(text) + 2, column_names=names
            ),
            parse_options=csv.ParseOptions(
                delimiter=self.dialect.delimiter.decode(),
                newlines_in_values=True,
                invalid_row_handler=self._note_invalid,
            ),
            convert_options=csv.ConvertOptions(
                include_columns=wanted,
                column_types={name: pa.binary() for name in wanted},
                strings_can_be_null=False,
            ),
        )

    def _without_invalid(self, block: CleanBlock) -> bytes:
        """The block without its rows of a wrong width, which are noted.

        The parser can hand out only rows that are UTF-8. So for a block that is not, it first sees
        a copy of the same shape in plain ASCII, to say which rows are of a wrong width.
        """
        self._table(block.text.translate(_ASCII_ONLY))
        if not self._invalid:
            return block.text
        starts, ends = record_bounds(block)
        pieces, position = [], 0
        for i, (number, text, found) in enumerate(self._invalid):
            start, end = int(starts[number - 1]), int(ends[number - 1])
            pieces.append(block.text[position:start])
            position = end
            if not is_marker(text):
                self._invalid[i] = (number, show(block.text[start:end]), found)
        pieces.append(block.text[position:])
        return b"".join(pieces)

    def _note_invalid(self, row: csv.InvalidRow) -> str:
        self._invalid.append((row.number, row.text, row.actual_columns))
        return "skip"

    def _numbers(self, parsed: int) -> pl.Series:
        total = parsed + len(self._invalid)
        is_row = np.ones(total, dtype=bool)
        is_row[[number - 1 for number, _, _ in self._invalid]] = False
        return pl.Series("row_number", np.flatnonzero(is_row) + 1 + self.rows_before, pl.Int64)

    def _broken(self, block: CleanBlock) -> list[Broken]:
        faults = iter(block.faults)
        broken = []
        for number, text, found in self._invalid:
            row_number = self.rows_before + number
            if is_marker(text):
                fault = next(faults)
                payload = show(fault.original).rstrip("\r\n")
                broken.append(Broken(row_number, fault.reason_code, fault.detail, payload))
            else:
                detail = wrong_field_count(found, len(self.dialect.header))
                broken.append(Broken(row_number, WRONG_FIELD_COUNT, detail, text))
        return broken


def without_footer(raw: RawBatch, dialect: Dialect) -> RawBatch:
    """The last rows of a file without the lines at its end that are none: these become one broken entry."""
    payloads = raw.payloads
    assert isinstance(payloads, _Payloads)
    odd = {b.row_number: b.payload for b in raw.broken if b.reason_code == WRONG_FIELD_COUNT}
    numbers = sorted({*raw.rows["row_number"].tail(MOST_LINES), *(n for n in odd if n)})[
        -MOST_LINES:
    ]
    lines = []
    for number in numbers:
        text = odd.get(number) or payloads([number])[0]
        fields = split_fields(text.encode("utf-8", "surrogatepass"), 0, dialect.delimiter).values
        is_whole = number not in odd
        lines.append(LastLine([show(f) for f in fields], is_whole, payloads.is_after_blank(number)))
    count = count_footers(lines)
    broken_after = max(
        (b.row_number or 0 for b in raw.broken if b.row_number not in odd), default=0
    )
    if not count or broken_after > numbers[-count]:
        return raw
    footer = numbers[-count:]
    text = "\n".join(odd.get(n) or payloads([n])[0] for n in footer)
    broken = [b for b in raw.broken if b.row_number not in footer]
    return RawBatch(
        raw.rows.filter(pl.col("row_number") < footer[0]),
        [*broken, Broken(footer[0], BELOW_THE_TABLE, footer_detail(count), text, count)],
        payloads,
    )


@dataclass
class _Payloads:
    """Original text of rows; finds the row bounds only when it is asked."""

    block: CleanBlock
    rows_before: int

    @cached_property
    def _bounds(self) -> tuple[list[int], list[int]]:
        starts, ends = record_bounds(self.block)
        return starts.tolist(), ends.tolist()

    def __call__(self, row_numbers: Sequence[int]) -> list[str]:
        return [show(row) for row in self._rows(row_numbers)]

    def bytes_of(self, row_numbers: Sequence[int]) -> bytes:
        """The first of these rows, enough of them to tell their encoding by."""
        return b"\n".join(self._rows(row_numbers[:MOST_ROWS_GUESSED_FROM]))

    def _rows(self, row_numbers: Sequence[int]) -> list[bytes]:
        starts, ends = self._bounds
        offset = self.rows_before + 1
        return [self.block.text[starts[n - offset] : ends[n - offset]] for n in row_numbers]

    def is_after_blank(self, row_number: int) -> bool:
        """Whether a line without anything stands before a row."""
        starts, ends = self._bounds
        place = row_number - self.rows_before - 1
        before = self.block.text[ends[place - 1] if place else 0 : starts[place]]
        return len(before.splitlines()) > (1 if place else 0)
