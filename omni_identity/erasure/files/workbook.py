"""Writes a workbook anew without some of the rows of a sheet: the values of its cells, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import IO, BinaryIO

from omni_identity.channels.feeds import Feed
from omni_identity.channels.formats import is_open_document
from omni_identity.channels.packing import packed_as
from omni_identity.channels.workbook import Cell, read_sheet, read_sheets
from omni_identity.erasure.files.workbook_writer import write_ods, write_xlsx

Rows = list[list[Cell]]


def copy_workbook(
    path: Path, feed: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> None:
    """Write a workbook without the rows of these numbers (the sheet's own) of the sheet of ``feed``.

    All sheets keep their names and the values of their cells. Formulas become their results; formats but
    those of dates, charts, comments, links, hidden data of pivot tables and macros go, since a person may
    be in any of them. The same workbook and rows always give the same bytes.
    """
    own = read_sheet(path, feed, file).name
    file.seek(0)
    dropped = set(row_numbers)

    def without(name: str, rows: Rows) -> Rows:
        if name != own:
            return rows
        return [row for number, row in enumerate(rows, 1) if number not in dropped]

    change_workbook(path, feed, file, target, without)


def change_workbook(
    path: Path, feed: Feed, file: BinaryIO, target: Path, change: Callable[[str, Rows], Rows]
) -> None:
    """Write a workbook anew with what ``change`` makes of the rows of each of its sheets."""
    sheets = [(name, change(name, rows)) for name, rows in read_sheets(path, feed, file)]
    write: Callable[[Sequence[tuple[str, Rows]], IO[bytes]], None] = (
        write_ods if is_open_document(path, feed.format) else write_xlsx
    )
    with target.open("wb") as written, packed_as(path, written) as copy:
        write(sheets, copy)
