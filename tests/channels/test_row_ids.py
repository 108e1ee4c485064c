"""IDs of rows: one column, and several that make one ID together."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.channels.batches import source_column
from omni_identity.channels.mapped_columns import trimmed
from omni_identity.channels.row_ids import row_ids


def ids(rows: list[dict[str, str | None]], *columns: str) -> list[str | None]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("a", "b", "c"), pl.String))
    raw = frame.rename({c: source_column(c) for c in frame.columns})
    return row_ids(trimmed(raw), columns).to_list()


@pytest.mark.parametrize(
    ("row", "made"),
    [
        ({"a": "1", "b": "2", "c": "3"}, "1|2|3"),
        ({"a": "1", "b": None, "c": "3"}, "1||3"),
        ({"a": "1", "b": "n/a", "c": " 3 "}, "1||3"),
        ({"a": None, "b": None, "c": "3"}, "||3"),
        ({"a": None, "b": "", "c": "n/a"}, None),
        ({"a": "1|2", "b": "3", "c": "\\"}, "1\\|2|3|\\\\"),
    ],
)
def test_several_columns_make_one_id(row: dict[str, str | None], made: str | None) -> None:
    assert ids([row], "a", "b", "c") == [made]


def test_no_two_rows_of_values_make_one_id() -> None:
    rows: list[dict[str, str | None]] = [
        {"a": "x|", "b": "y"}, {"a": "x", "b": "|y"}, {"a": "x\\", "b": "y"}, {"a": "x\\|y"},
        {"a": "x", "b": "y"}, {"b": "x|y"}, {"a": "x|y"},
    ]  # fmt: skip
    assert len(set(ids(rows, "a", "b"))) == len(rows)


def test_one_column_is_the_id_as_it_stands() -> None:
    assert ids([{"a": " x|y "}, {"a": "-"}, {"a": None}], "a") == ["x|y", None, None]
    assert ids([{"a": "x"}], "d") == [None]
    assert ids([{"a": "x"}]) == [None]
