"""Workbooks (.xlsx, .ods): their sheets as cells, and a cell as the text that a CSV of it would show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO

import python_calamine as calamine

from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import NEW_WORKBOOK, FileFault
from omni_identity.channels.header_names import find_column, plain_name
from omni_identity.channels.header_rows import MOST_LINES, find_header
from omni_identity.channels.packing import unpacked
from omni_identity.channels.reason_codes import EMPTY_FILE, UNREADABLE_FILE
from omni_identity.channels.workbook_size import require_bearable

Cell = str | int | float | bool | datetime | date | time | timedelta
"""What a cell holds; "" where it is empty. Of a formula it is the result that was saved with it."""

_EXACT = 10**15
_ISO_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:\.\d+)?S")
"""How a span of more than a day stands in an OpenDocument spreadsheet."""
_WHOLE_SECOND = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet from A1 on. ``header``: plain column names, which stand in ``rows[header_at]``."""

    name: str
    rows: list[list[Cell]]
    header_at: int
    header: tuple[str, ...]

    def places(self, columns: Sequence[str]) -> dict[str, int]:
        """Where those of ``columns`` that the header has stand in it."""
        found = ((name, find_column(name, self.header)) for name in columns)
        return {name: place for name, place in found if place is not None}


def read_sheet(path: Path, feed: Feed, file: BinaryIO) -> Sheet:
    """The sheet of a workbook that ``feed`` is about: the one that it names, or the first that is shown.

    ``FileFault`` for what is no workbook, is locked with a password, or has no such sheet.
    """
    sheets = read_sheets(path, feed, file, only_one=True)
    (name, rows) = sheets[0]
    filled = [i for i, row in enumerate(rows) if any(cell != "" for cell in row)]
    if not filled:
        raise FileFault(EMPTY_FILE, "its sheet is empty")
    if feed.header_row is not None:
        header_at = min(feed.header_row - 1, len(rows))
        names = _names(rows[header_at]) if header_at < len(rows) else ()
        return Sheet(name, rows, header_at, names)
    lines = [_names(rows[i]) for i in filled[:MOST_LINES]]
    place = find_header(lines, feed)
    return Sheet(name, rows, filled[place], lines[place])


def read_sheets(
    path: Path, feed: Feed, file: BinaryIO, only_one: bool = False
) -> list[tuple[str, list[list[Cell]]]]:
    """All sheets of a workbook by name, in their order, or ``only_one``, that of ``feed``; see :func:`read_sheet`."""
    if not file.read(1):
        raise FileFault(EMPTY_FILE, "it is empty")
    file.seek(0)
    with unpacked(path, file) as plain:
        require_bearable(plain)
        try:
            book = calamine.load_workbook(plain)
            shown = [
                s.name for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            own = sheet_of(book, feed)
            names = [own] if only_one else shown
            return [(n, book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in names]
        except calamine.PasswordError:
            what = "it is a workbook with a password"
            raise FileFault(UNREADABLE_FILE, what, NEW_WORKBOOK) from None
        except calamine.CalamineError:
            what = "it cannot be read as a workbook: it is none, or damaged"
            raise FileFault(UNREADABLE_FILE, what, NEW_WORKBOOK) from None


def sheet_of(book: calamine.CalamineWorkbook, feed: Feed) -> str:
    """The name of the sheet that ``feed`` is about."""
    sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
    if feed.sheet is None:
        visible = [s for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
        if not sheets:
            raise FileFault(EMPTY_FILE, "it is a workbook without a sheet")
        return (visible or sheets)[0].name
    wanted = plain_name(feed.sheet)
    named = [s.name for s in sheets if plain_name(s.name) == wanted]
    if not named:
        there = ", ".join(f"'{s.name}'" for s in sheets[:10])
        what = f"it has no sheet '{feed.sheet}'; it has {there}"
        raise FileFault(UNREADABLE_FILE, what, "Name its sheet with `sheet:` in omni.yaml.")
    return named[0]


def _names(row: Sequence[Cell]) -> tuple[str, ...]:
    """A header, without the empty cells at its end."""
    names = [plain_name(text_of(cell)) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without ``.0``, dates and times in ISO 8601, truth values in words."""
    if isinstance(cell, str):
        duration = _ISO_DURATION.fullmatch(cell) if cell.startswith("PT") else None
        return f"{int(duration[1]):02}:{duration[2]:0>2}:{duration[3]:0>2}" if duration else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, datetime):
        return _at_second(cell).isoformat(" ")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _at_second(moment: datetime) -> datetime:
    """The second that is meant: a day's fraction in floating point is rarely a whole one."""
    return (moment + _WHOLE_SECOND).replace(microsecond=0) if moment.year < 9999 else moment
