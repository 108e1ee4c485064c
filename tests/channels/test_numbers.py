"""Numbers: separators, currencies, and what is no number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.channels.numbers import parse_numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("12", 12.0), ("-12.5", -12.5), ("1e3", 1000.0), (" 7 ", 7.0), ("+3", 3.0)),
        *(("12,50", 12.5), ("1.234,50", 1234.5), ("1,234.50", 1234.5), ("1,234", 1234.0)),
        *(("1.234", 1.234), ("1.234.567", 1234567.0), ("1,234,567", 1234567.0)),
        *(("€12.50", 12.5), ("12,50 €", 12.5), ("EUR 12,50", 12.5), ("$-5", -5.0), ("-$5", -5.0)),
        *(("1 234,5", 1234.5), ("1'234.50", 1234.5), ("\u221212", -12.0), ("Rs. 500", 500.0)),
        *(
            ("abc", None),
            ("", None),
            ("1-2", None),
            ("inf", None),
            ("nan", None),
            ("12 34x5", None),
            ("99999999999999999999", None),
            ("-9999999999999999.99", None),
            ("1e308", None),
            ("999999999999.99", 999999999999.99),
        ),
        (None, None),
    ],
)
def test_numbers(text: str | None, number: float | None) -> None:
    assert parse_numbers(pl.Series([text], dtype=pl.String)).to_list() == [number]


@settings(deadline=None)
@given(st.lists(st.floats(-1e12, 1e12, exclude_min=True, exclude_max=True)))
def test_what_python_writes_is_read_back(numbers: list[float]) -> None:
    texts = pl.Series([repr(number) for number in numbers], dtype=pl.String)
    assert parse_numbers(texts).to_list() == numbers
