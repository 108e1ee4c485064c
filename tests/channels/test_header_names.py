"""Header names: blanks that nobody sees do not matter, and columns of one name have numbers."""

from __future__ import annotations

import pytest

from omni_identity.channels.header_names import count_columns, find_column, plain_name

from .conftest import Read


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Full\u00a0Name", "Full Name"),
        ("  Full   Name\u202f", "Full Name"),
        ("\ufeffid", "id"),
        ("E\u200b-mail", "E-mail"),
        ("First\r\nName", "First Name"),
        ("Straße\u3000\u2009Nr.", "Straße Nr."),
        ("\u200eاسم\u200f", "اسم"),
        ("", ""),
    ],
)
def test_a_name_is_what_it_looks_like(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_columns_of_one_name_are_found_by_number() -> None:
    header = ["id", "Phone", "Phone", "Mail", "Phone", "Fax (2)"]
    assert [find_column(f"Phone ({n})", header) for n in (0, 1, 2, 3, 4)] == [None, 1, 2, 4, None]
    assert find_column("Phone", header) == 1
    assert find_column("Fax (2)", header) == 5
    assert find_column("Mail (1)", header) is None
    assert count_columns(header)["Phone"] == 3
    assert count_columns(header)["Phone (3)"] == 1


def test_a_header_with_odd_blanks_is_found(contacts_of: Read) -> None:
    mapping = {"first_name": "First \u00a0Name", "email": "E-mail"}
    content = "\ufeff id ,First\u00a0Name,\u200bE-mail \n1,Gail,g@mail.org\n"
    batch = contacts_of(content, mapping=mapping)
    assert batch.accepted["first_name"].to_list() == ["Gail"]
    assert batch.accepted["email"].to_list() == [["g@mail.org"]]


def test_both_columns_of_one_name_count(contacts_of: Read) -> None:
    mapping = {"first_name": "name", "phone": ["Phone (1)", "Phone (2)"]}
    batch = contacts_of("id,name,Phone,Phone\n1,A,,222\n2,B,333,444\n", mapping=mapping)
    assert batch.accepted["phone"].to_list() == [["222"], ["333", "444"]]
