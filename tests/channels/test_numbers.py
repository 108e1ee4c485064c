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
        *(("(12.50)", -12.5), ("$(12.50)", -12.5), ("(1.234,50 €)", -1234.5), ("(12)", -12.0)),
        *(("1,234.50-", -1234.5), ("$1,234.50-", -1234.5), ("-1.234,50", -1234.5)),
        *(("EUR 12,50-", -12.5), ("12.50 USD-", -12.5), ("12.50 -", -12.5), ("12.50+", 12.5)),
        *(("- 12.50", -12.5), ("12.50 CR", -12.5), ("€12.50CR", -12.5), ("-12.50 CR", -12.5)),
        *(("CR 12.50", -12.5), ("12,50 H", -12.5), ("12,50 S", 12.5), ("12.50 DR", 12.5)),
        *(("Refund 12.50", -12.5), ("12,50 Gutschrift", -12.5), ("50 CHF", 50.0), ("9 CRC", 9.0)),
        *(
            ("€ 1\u202f234,50", 1234.5),
            ("CHF 1’234.–", 1234.0),
            ("12,-", 12.0),
            ("12,50 kr.", 12.5),
        ),
        *(("1,23,456.78", 123456.78), ("0,123", 0.123), ("１２．５０", 12.5), ("12€50", 12.5)),
        *(("S/. 12.50", 12.5), ("1 234 567,89", 1234567.89), ("1 234 567", 1234567.0)),
        *(("1.2K", None), ("3 Mio", None), ("12 50", None), ("4 5", None), ("12..5", None)),
        *(("5-10", None), ("1/2", None), ("10:30", None), ("2023-01-05", None), ("()", None)),
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
