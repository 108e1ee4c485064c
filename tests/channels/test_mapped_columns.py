"""Columns of a file, trimmed and gathered under canonical names."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.batches import source_column
from omni_identity.channels.mapped_columns import many, single, trimmed

RAW = pl.DataFrame(
    {
        "row_number": [1, 2, 3],
        source_column("given"): [" Ann\u00a0", "\t", None],
        source_column("family"): ["Lee ", " Ray", ""],
        source_column("mails"): [[" a@x.org", ""], [], None],
        source_column("empty"): pl.Series([None, None, None], dtype=pl.Null),
    }
)


def test_texts_lose_the_white_space_around_them_and_are_null_where_nothing_is_left() -> None:
    rows = trimmed(RAW)
    assert rows["row_number"].to_list() == [1, 2, 3]
    assert rows[source_column("given")].to_list() == ["Ann", None, None]
    assert rows[source_column("family")].to_list() == ["Lee", "Ray", None]
    assert rows.schema[source_column("empty")] == pl.String
    assert trimmed(rows).equals(rows)


def test_a_text_has_what_is_filled_of_its_columns() -> None:
    rows = trimmed(RAW)
    assert single(rows, ["given", "family"]).to_list() == ["Ann Lee", "Ray", None]
    assert single(rows, ["given", "empty"]).to_list() == ["Ann", None, None]
    assert single(rows, ["mails"]).to_list() == ["a@x.org", None, None]
    assert single(rows, ["missing"]).to_list() == [None, None, None]


def test_a_list_has_the_values_of_its_columns_one_by_one() -> None:
    rows = trimmed(RAW)
    assert many(rows, ["given", "family"]).to_list() == [["Ann", "Lee"], ["Ray"], None]
    assert many(rows, ["given", "mails"]).to_list() == [["Ann", "a@x.org"], None, None]
    assert many(rows, ["empty"]).to_list() == [None, None, None]
