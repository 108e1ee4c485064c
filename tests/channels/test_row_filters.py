"""Row filters: what is refused in ``where``, and which rows pass."""

from __future__ import annotations

import re

import polars as pl
import pytest

from omni_identity.channels.row_filters import columns_of_filter, rows_that_pass, where


@pytest.mark.parametrize(
    ("text", "columns", "passing"),
    [
        ("status <> 'test'", ("status",), ["a", "d"]),
        ("status is null or status <> 'test'", ("status",), ["a", "c", "d"]),
        ("lower(status) in ('paid', 'open')", ("status",), ["a", "d"]),
        ("\"via.channel\" = 'email'", ("via.channel",), ["a"]),
        ("try_cast(amount as double) > 10 and status <> 'test'", ("amount", "status"), ["d"]),
        ("amount like '1%'", ("amount",), ["a", "d"]),
    ],
)
def test_rows_pass_of_which_it_is_true(
    text: str, columns: tuple[str, ...], passing: list[str]
) -> None:
    rows = pl.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "status": ["PAID", "test", None, "open"],
            "via.channel": ["email", None, "chat", "chat"],
            "amount": ["1", "x", None, "12.5"],
        }
    )
    assert where(text) == text
    assert columns_of_filter(text) == columns
    assert rows.filter(rows_that_pass(rows.select(columns), text))["id"].to_list() == passing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("status <>", "is no SQL expression"),
        ("select * from rows", "is no SQL expression"),
        ("foo(status) = 'x'", "unsupported function 'foo'"),
        ("amount > 3", "write TRY_CAST(column AS DOUBLE)"),
        ("amount in (1, 2)", "write TRY_CAST(column AS DOUBLE)"),
        ("cast(amount as double) > 3", "write TRY_CAST"),
        ("via.channel = 'x'", "Put a name with a dot in quotes"),
        ("status", "must be true or false of a row"),
        ("max(status) = 'x'", "must be true or false of a row"),
        ("1 = 1", "names no column"),
    ],
)
def test_what_is_no_filter_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        where(text)
