"""Optional columns that a file seems to call otherwise."""

from __future__ import annotations

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.presets.renamed_columns import find_renamed_columns

HEADER = ["Customer ID", "First Name", "Last Name", "Email", "Phone", "Zip", "Tags"]


def renamed(*columns: str) -> list[tuple[str, str]]:
    feed = {"preset": "shopify/customers", "files": "x.csv"}
    channel = {"name": "shop", "contacts": feed}
    contacts = parse_configuration({"version": 1, "channels": [channel]}).channel("shop").contacts
    assert contacts is not None
    return [(one.column, one.looks_like) for one in find_renamed_columns(contacts, columns)]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (HEADER, []),
        (
            [*HEADER, "Accepts email marketing"],
            [("Accepts Email Marketing", "Accepts email marketing")],
        ),
        ([*HEADER, "Accepts SMS-Marketing"], [("Accepts SMS Marketing", "Accepts SMS-Marketing")]),
        ([c for c in HEADER if c != "Phone"] + ["Phones"], [("Phone", "Phones")]),
        ([*HEADER, "Default Address City"], []),
        ([*HEADER, "Anything else"], []),
    ],
)
def test_columns_with_a_near_name(columns: list[str], found: list[tuple[str, str]]) -> None:
    assert [one for one in renamed(*columns) if one in found] == found
    assert bool(renamed(*columns)) == bool(found)


def test_the_advice_says_what_to_write() -> None:
    feed = {"preset": "shopify/customers", "files": "x.csv"}
    channel = {"name": "shop", "contacts": feed}
    contacts = parse_configuration({"version": 1, "channels": [channel]}).channel("shop").contacts
    assert contacts is not None
    (one,) = find_renamed_columns(contacts, [c for c in HEADER if c != "Phone"] + ["Phones"])
    assert "write `mapping: {phone: Phones}` in this feed" in one.advice
