"""CSV that escapes with a backslash: read as it was meant, or held back, but never wrong."""

from __future__ import annotations

import pytest

from omni_identity.channels import csv_reader

from .conftest import Read, ids, reasons

MYSQL = (
    "id,name,mail\n"
    r'1,"Bruno \"Bo\" Lindqvist",b@mail.org' + "\n"
    r'2,"say \"hi\", ok",c@mail.org' + "\n"
    r'3,"5 Elm St\, Apt 2",d@mail.org' + "\n"
    r'4,"C:\\dir\\",e@mail.org' + "\n"
    '5,"two\\\nlines",f@mail.org\n'
    r"6,\N,g@mail.org" + "\n"
    r'7,"\"",h@mail.org' + "\n"
)
NAMES = [
    'Bruno "Bo" Lindqvist',
    'say "hi", ok',
    "5 Elm St, Apt 2",
    "C:\\dir\\",
    "two\nlines",
    None,
    '"',
]


def test_escaped_quotes_are_read(contacts_of: Read) -> None:
    batch = contacts_of(MYSQL)
    assert batch.accepted["first_name"].to_list() == NAMES
    assert reasons(batch) == []


@pytest.mark.parametrize("size", [1, 7, 30])
def test_blocks_of_any_size_give_the_same(
    contacts_of: Read, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = csv_reader.BLOCK_BYTES
    first = iter([whole])
    blocks = csv_reader.csv_blocks

    def small(*arguments: object) -> object:
        monkeypatch.setattr(csv_reader, "BLOCK_BYTES", size)
        next(first, None)
        return blocks(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(csv_reader, "csv_blocks", small)
    assert contacts_of(MYSQL).accepted["first_name"].to_list() == NAMES


def test_a_backslash_at_the_end_of_a_field_is_text_elsewhere(contacts_of: Read) -> None:
    content = (
        'id,name,mail\n1,"C:\\dir\\",a@mail.org\n2,"say ""hi""",b@mail.org\n3,a\\b,c@mail.org\n'
    )
    batch = contacts_of(content)
    assert batch.accepted["first_name"].to_list() == ["C:\\dir\\", 'say "hi"', "a\\b"]


def test_a_single_row_that_escapes_otherwise_than_the_file_is_held_back(contacts_of: Read) -> None:
    doubled = "".join(f'{i},"C:\\{i}\\",a@mail.org\n' for i in range(1, 6))
    batch = contacts_of("id,name,mail\n" + doubled + '8,"Bruno \\"Bo\\" Lind",b@mail.org\n9,z,\n')
    assert [i for _, i in ids(batch)] == ["1", "2", "3", "4", "5", "9"]
    assert reasons(batch) == [(6, "unclosed_quote")]
    assert "backslash" in batch.quarantined["detail"][0]
