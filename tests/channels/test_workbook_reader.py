"""Workbooks: cells as the text that a CSV of them would show, rows under their own numbers."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

import pytest
import xlsxwriter

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.workbook import Cell, text_of
from omni_identity.erasure.files.workbook_writer import Sheets, write_ods, write_xlsx

from .conftest import Read, ids, reasons

ROWS: list[list[Cell]] = [
    ["id", "name", "mail"],
    ["007", "Ann", "a@mail.org"],
    ["", "", ""],
    [1001.0, date(1985, 3, 14), 447911123456],
    [1002, True, datetime(2024, 5, 1, 10, 11, 12)],
]


def book(sheets: Sheets, suffix: str = ".xlsx") -> bytes:
    content = io.BytesIO()
    (write_ods if suffix == ".ods" else write_xlsx)(sheets, content)
    return content.getvalue()


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_cells_are_what_a_csv_would_show(contacts_of: Read, suffix: str) -> None:
    batch = contacts_of(book([("People", ROWS)], suffix), f"a{suffix}")
    assert ids(batch) == [(2, "007"), (4, "1001"), (5, "1002")]
    assert batch.accepted["first_name"].to_list() == ["Ann", "1985-03-14", "true"]
    found = batch.accepted["email"].to_list()
    assert found == [["a@mail.org"], ["447911123456"], ["2024-05-01 10:11:12"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("01067", "01067"),
        ("=1+1", "=1+1"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (-0.25, "-0.25"),
        (1e21, "1e+21"),
        (False, "false"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 23, 59, 59, 999_999), "2024-03-01 00:00:00"),
        (time(7, 5), "07:05:00"),
        (timedelta(hours=30, minutes=1), "30:01:00"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_cell_as_text(contacts_of: Read, cell: Cell, text: str, suffix: str) -> None:
    assert text_of(cell) == text
    batch = contacts_of(book([("S", [["id", "name"], ["1", cell]])], suffix), f"a{suffix}")
    assert batch.accepted["first_name"].to_list() == [text or None]


def test_title_rows_and_a_footer(contacts_of: Read) -> None:
    rows: list[list[Cell]] = [["Guests of May"], [], ["(in EUR)"], *ROWS, [], ["Total", 3.0]]
    batch = contacts_of(book([("S", rows)]), "a.xlsx")
    assert ids(batch) == [(5, "007"), (7, "1001"), (8, "1002")]
    assert reasons(batch) == [(10, "below_the_table")]
    batch = contacts_of(book([("S", rows)]), "a.xlsx", header_row=4)
    assert [n for n, _ in ids(batch)] == [5, 7, 8]


def test_the_sheet_is_named_or_the_first_that_is_shown(contacts_of: Read) -> None:
    other: list[list[Cell]] = [["id", "name"], ["x", "y"]]
    content = book([("Notes", [["nothing"]]), ("Our people", ROWS), ("Old", other)])
    assert len(ids(contacts_of(content, "a.xlsx", sheet="Our\u00a0people"))) == 3
    assert ids(contacts_of(content, "a.xlsx", sheet="Old")) == [(2, "x")]


def test_two_columns_of_one_name(contacts_of: Read) -> None:
    rows: list[list[Cell]] = [["id", "Phone", "Phone"], ["1", "222", 333.0]]
    mapping = {"phone": ["Phone (1)", "Phone (2)"]}
    batch = contacts_of(book([("S", rows)]), "a.xlsx", mapping=mapping)
    assert batch.accepted["phone"].to_list() == [["222", "333"]]


def test_a_broken_row_shows_its_cells(contacts_of: Read) -> None:
    batch = contacts_of(book([("S", [["id", "name"], ["", "Zoë"]])]), "a.xlsx")
    assert reasons(batch) == [(2, "missing_record_id")]
    assert batch.quarantined["payload"].to_list() == ['{"name": "Zoë"}']


def test_a_cell_far_out_does_not_fill_the_memory(contacts_of: Read) -> None:
    content = io.BytesIO()
    far = xlsxwriter.Workbook(content)
    sheet = far.add_worksheet()
    sheet.write_row(0, 0, ["id", "name"])
    sheet.write(1_048_575, 16_383, "x")
    far.close()
    with pytest.raises(FileFault, match="spans 1,048,576 rows and 16,384 columns"):
        contacts_of(content.getvalue(), "a.xlsx")


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".ods"):
        assert book([("S", ROWS)], suffix) == book([("S", ROWS)], suffix)


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_a_workbook_is_whole_in_a_target_that_compresses(
    write: Callable[[Sheets, IO[bytes]], None],
) -> None:
    """An erasure writes the packed workbooks of ``.gz`` and ``.zst`` anew."""
    sheets: Sheets = [("S", [["id", "name"], ["1", "Ann"]])]
    plain, packed = io.BytesIO(), io.BytesIO()
    write(sheets, plain)
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as target:
        write(sheets, target)  # type: ignore[arg-type]
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
