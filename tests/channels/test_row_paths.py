"""Row paths: which paths are refused, where columns are found, and the rows of a document."""

from __future__ import annotations

import re
from typing import Any

import pytest

from omni_identity.channels.row_paths import Place, place_of, row_path, rows_within

WEBHOOK = "entry.*.changes.*.value.messages.*"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be keys with a dot between them"),
        ("entry..x.*", "must be keys with a dot between them"),
        ("data.items", "Did you mean 'data.items.*'?"),
        ("data.item*", "must have each * by itself"),
    ],
)
def test_a_path_to_no_list_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        row_path(text)


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("text.body", Place(3, (), "text.body")),
        ("^metadata.phone_number_id", Place(2, ("value",), "metadata.phone_number_id")),
        ("^^field", Place(2, (), "field")),
        ("^^^id", Place(1, (), "id")),
        ("^^^^object", Place(0, (), "object")),
    ],
)
def test_a_column_climbs_from_object_to_object(column: str, place: Place) -> None:
    assert place_of(WEBHOOK, column) == place


def test_a_column_climbs_no_further_than_the_document() -> None:
    assert place_of("orders.*", "^shop") == Place(0, (), "shop")
    with pytest.raises(ValueError, match="climbs 2 times, but there are 1 objects"):
        place_of("orders.*", "^^shop")
    with pytest.raises(ValueError, match="must name a key"):
        place_of("orders.*", "^")


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        ({"a": [{"b": [1, 2]}, {"b": [3]}]}, [(1, (0, 0)), (2, (0, 1)), (3, (1, 0))]),
        ({"a": {"b": {"c": 1}}}, [({"c": 1}, (0, 0))]),  # a lone object is a list of one
        ({"a": []}, []),
        ({"a": None}, []),
        ({}, []),
        ([], []),
    ],
)
def test_rows_stand_in_the_order_of_the_document(document: Any, rows: list[Any]) -> None:
    found = [(levels[-1], indexes) for levels, indexes in rows_within(document, "a.*.b.*")]
    assert found == rows
