"""No cell of a CSV is calculated by a spreadsheet, and a program gets every value back."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables
from omni_identity.publish.spreadsheet_cells import as_cells

VALUES = [
    *("=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "'plain"),
    *("＝1+1", "+49 151", "+0123456789", "+1", "=cmd|' /C calc'!A0", "-", "-5", "+4915112345678x"),
    *("+4915112345678", "anna@mail.example", "A cart in web", "", "5", "Zoë", " =1", None),
]  # fmt: skip
SAFE = {"+4915112345678", "anna@mail.example", "A cart in web", "", "5", "Zoë", " =1"}


def taken_back(cell: str) -> str:
    """What docs/insight.md says of these files."""
    return cell[1:] if cell.startswith("'") else cell


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    table = published_tables(Vocabulary())["audience_members"]
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    file = tmp_path_factory.mktemp("cells") / "audience_members.csv"
    with duckdb.connect() as connection:
        connection.execute(f"create table members ({columns})")
        for number, value in enumerate(VALUES):
            connection.execute(
                "insert into members (audience, golden_id, address_kind, address, reason, since)"
                " values ('a', $id, $value, $value, $value, timestamp '2026-03-01')",
                {"id": f"G{number:03}", "value": value},
            )
        source = as_cells("(from members order by golden_id)", table)
        connection.execute(f"copy {source} to '{file}' (format csv, header true)")
    return read(file)


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_a_program_takes_one_apostrophe_away_and_has_the_value(cells: list[dict[str, str]]) -> None:
    for name in ("address_kind", "address", "reason"):
        assert [taken_back(row[name]) for row in cells] == [value or "" for value in VALUES]


def test_nothing_but_a_phone_number_begins_as_a_formula(cells: list[dict[str, str]]) -> None:
    for row, value in zip(cells, VALUES, strict=True):
        if value in SAFE:
            assert row["reason"] == value
        elif value is not None:
            assert row["reason"] == f"'{value}"


def test_the_order_and_the_other_columns_stay(cells: list[dict[str, str]]) -> None:
    assert [row["golden_id"] for row in cells] == [f"G{n:03}" for n in range(len(VALUES))]
    assert {row["since"] for row in cells} == {"2026-03-01 00:00:00"}
