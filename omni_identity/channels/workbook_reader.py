"""Workbooks as raw batches: the rows of one sheet, under the numbers that they have there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from omni_identity.channels.batches import Broken, RawBatch, source_column
from omni_identity.channels.feeds import Feed
from omni_identity.channels.footers import MOST_LINES, LastLine, count_footers, footer_detail
from omni_identity.channels.reason_codes import BELOW_THE_TABLE
from omni_identity.channels.workbook import Cell, Sheet, read_sheet, text_of


def read_workbook(path: Path, feed: Feed, file: BinaryIO | None = None) -> Iterator[RawBatch]:
    """Rows of a workbook's sheet with the columns of ``feed``, as text; empty rows are passed over.

    ``row_number`` is the sheet's own. ``file``: the opened file, if it is. ``FileFault`` as
    :func:`~omni_identity.channels.workbook.read_sheet`.
    """
    if file is None:
        with path.open("rb") as opened:
            yield from read_workbook(path, feed, opened)
        return
    sheet = read_sheet(path, feed, file)
    first = sheet.header_at + 1
    filled = [i for i in range(first, len(sheet.rows)) if any(cell != "" for cell in sheet.rows[i])]
    footer = filled[len(filled) - _count_footers(sheet, filled) :]
    kept = filled[: len(filled) - len(footer)]
    columns = {"row_number": pl.Series([i + 1 for i in kept], dtype=pl.Int64)}
    for name, place in sheet.places(feed.source_columns()).items():
        texts = [text_of(sheet.rows[i][place]) for i in kept]
        columns[source_column(name)] = pl.Series(texts, dtype=pl.String)

    def payloads(row_numbers: Sequence[int]) -> list[str]:
        return [_shown(sheet.header, sheet.rows[n - 1]) for n in row_numbers]

    broken = []
    if footer:
        text = "\n".join(payloads([i + 1 for i in footer]))
        broken.append(
            Broken(footer[0] + 1, BELOW_THE_TABLE, footer_detail(len(footer)), text, len(footer))
        )
    yield RawBatch(pl.DataFrame(columns), broken, payloads)


def _count_footers(sheet: Sheet, filled: Sequence[int]) -> int:
    """How many of the last rows that are not empty are no rows of the table."""
    width = len(sheet.header)
    lines = []
    for i in filled[-MOST_LINES:]:
        texts = [text_of(cell) for cell in sheet.rows[i]][: max(width, 1)]
        # a sheet has no short rows: one is taken for it where all but one of its cells are empty
        is_whole = width < 3 or sum(bool(text.strip()) for text in texts) > 1
        is_after_blank = i > sheet.header_at + 1 and all(cell == "" for cell in sheet.rows[i - 1])
        lines.append(LastLine(texts, is_whole, is_after_blank))
    return count_footers(lines)


def _shown(header: Sequence[str], row: Sequence[Cell]) -> str:
    """A row as JSON, by column."""
    cells = {header[i] if i < len(header) else f"column {i + 1}": c for i, c in enumerate(row)}
    return json.dumps({k: text_of(c) for k, c in cells.items() if c != ""}, ensure_ascii=False)
