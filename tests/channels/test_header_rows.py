"""Tables below title lines: the header is found where the columns are, and lines below the table are none of it."""

from __future__ import annotations

import pytest

from omni_identity.channels.footers import LastLine, count_footers

from .conftest import Read, ids, reasons

TABLE = "id;name;mail\n1;Ann;a@mail.org\n2;Ben;b@mail.org\n"


@pytest.mark.parametrize(
    "title",
    [
        "Guest report\n",
        "Guest report\r\nLocation:,Riverside Grill\r\n\r\n",
        '"Report, with ""quotes"""\n;;\n',
        "sep=;\nGuests\n",
        "\n\nExport;Mai 2024;;;\n(in EUR)\n",
        "a;b;c;d;e\n1;2;3\n",
        "x\n" * 49,
    ],
)
def test_the_header_is_found_below_title_lines(contacts_of: Read, title: str) -> None:
    batch = contacts_of(title + TABLE)
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert batch.accepted["first_name"].to_list() == ["Ann", "Ben"]
    assert reasons(batch) == []


def test_the_header_is_where_the_configuration_says(contacts_of: Read) -> None:
    content = f"id;name;mail\nwho;first;address\n\n{TABLE}"
    assert [i for _, i in ids(contacts_of(content, header_row=4))] == ["1", "2"]
    assert reasons(contacts_of(TABLE, header_row=9)) == [(None, "empty_file")]


def test_a_header_in_the_first_line_is_the_header(contacts_of: Read) -> None:
    batch = contacts_of("id,name,mail\nid,name,mail\n")
    assert ids(batch) == [(1, "id")]


def test_a_row_is_no_header(contacts_of: Read) -> None:
    batch = contacts_of("id,nme,email\n1,name,x@mail.org\n2,name,mail@x.org\n")
    assert [i for _, i in ids(batch)] == ["1", "2"]


FOOTERS = [
    "Total;2",
    "Total guests:;2",
    "(2 rows)",
    "2 Zeilen",
    "Summe: 2",
    "Generated on 2024-05-01 by Toast",
    "Exportiert am 01.05.2024",
    "Page 1 of 1",
    "-----",
    ";;",
    "Total;;",
    "\nAcme Ltd.\nCopyright (c) 2024\nConfidential Information",
    "\nAcme Ltd.",
    "Total;2\n\nGenerado el 01/05/2024",
]


@pytest.mark.parametrize("footer", FOOTERS[:9] + FOOTERS[10:])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_lines_below_the_table_are_counted_as_one_and_nobody(
    contacts_of: Read, footer: str, end: str
) -> None:
    batch = contacts_of(TABLE + footer + end)
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert reasons(batch) == [(3, "below_the_table")]
    payload = batch.quarantined["payload"][0]
    assert payload.split() == footer.split()


@pytest.mark.parametrize(
    "last",
    [
        "3;Car",  # an upload that broke off
        "3",
        "Totally;x",
        "\nTotal;Recall;t@mail.org;;",
        "3;Sum;Total;4",
    ],
)
def test_what_may_be_a_broken_row_is_held_back_as_one(contacts_of: Read, last: str) -> None:
    batch = contacts_of(TABLE + last)
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert reasons(batch) == [(3, "wrong_field_count")]


def test_a_person_of_that_name_is_one(contacts_of: Read) -> None:
    batch = contacts_of(TABLE + "3;Total;t@mail.org\nTotal;Summe;x@mail.org\n")
    assert [i for _, i in ids(batch)] == ["1", "2", "3", "Total"]


def test_a_total_between_rows_is_held_back_alone(contacts_of: Read) -> None:
    batch = contacts_of(TABLE + "Total;2\n" + TABLE.partition("\n")[2])
    assert [n for n, _ in ids(batch)] == [1, 2, 4, 5]
    assert reasons(batch) == [(3, "wrong_field_count")]


def test_a_footer_leaves_a_snapshot_whole() -> None:
    said = LastLine(["Total", "2"], is_whole=False, is_after_blank=False)
    broken = LastLine(["3", "Ca"], is_whole=False, is_after_blank=False)
    row = LastLine(["3", "Cat", "c@mail.org"], is_whole=True, is_after_blank=False)
    assert count_footers([row, said]) == 1
    assert count_footers([row, broken, said]) == 1
    assert count_footers([row, said, broken]) == 0
    assert count_footers([said, row]) == 0
    assert count_footers([]) == 0
