"""The size of a workbook's sheets, before they are read: one cell far out would fill the memory with empty ones."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from omni_identity.channels.file_faults import NEW_WORKBOOK, FileFault
from omni_identity.channels.parts import DAMAGED_ARCHIVE, HARMLESS_BYTES, MOST_TIMES_PACKED
from omni_identity.channels.reason_codes import UNREADABLE_FILE

MOST_CELLS = 50_000_000
"""A sheet has at most so many cells from A1 to its last row and column, empty ones counted."""

_BLOCK_BYTES = 1 << 20
_OVERLAP = 64
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_FAR_CELL = re.compile(rb'r="([A-Z]{2,3})\d+"')
_A = ord("A") - 1


def require_bearable(file: BinaryIO) -> None:
    """Raise ``FileFault`` for a workbook that would unpack to far more than it is, or with a sheet too wide and long.

    What is no archive is left to its reader. The file is rewound.
    """
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if unpacked > HARMLESS_BYTES and unpacked > MOST_TIMES_PACKED * size:
                what = f"it is a workbook that would unpack to {unpacked >> 20} mebibytes"
                raise FileFault(UNREADABLE_FILE, what, NEW_WORKBOOK)
            for info in infos:
                if info.filename.startswith("xl/worksheets/"):
                    _require_few_cells(archive, info)
    except (*DAMAGED_ARCHIVE, RuntimeError):  # RuntimeError: a password
        pass
    file.seek(0)


def _require_few_cells(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    rows, columns, before = 0, 26, b""
    with archive.open(info) as sheet:
        while block := sheet.read(_BLOCK_BYTES):
            text = before + block
            for found in _ROW.finditer(text):
                rows = max(rows, int(found[1]))
            for found in _FAR_CELL.finditer(text):
                columns = max(columns, _column(found[1]))
            before = text[-_OVERLAP:]
    if rows * columns > MOST_CELLS:
        what = f"a sheet of it spans {rows:,} rows and {columns:,} columns"
        advice = "Delete what stands far outside of the table, or save the sheet as CSV (UTF-8)."
        raise FileFault(UNREADABLE_FILE, what, advice)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - _A
    return number
