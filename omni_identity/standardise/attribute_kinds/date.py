"""``date``: a day, however it is written; one slip of the pen still counts for something."""

from __future__ import annotations

import polars as pl

from omni_identity.model.comparison_levels import Level
from omni_identity.standardise.attribute_kind import AttributeKind
from omni_identity.standardise.birth_date import read_dates
from omni_identity.standardise.rules import Rules


def iso_date(text: pl.Series, rules: Rules) -> pl.Series:
    """``YYYY-MM-DD``; null where it is no day."""
    days = read_dates(text, rules.date_order, rules.dotted_order, rules.timezone)
    return days.dt.strftime("%Y-%m-%d")


def levels(column: str) -> tuple[Level, ...]:
    """Equal, one slip apart or different; an equal value that is rare is worth more."""
    return (
        Level("exact", f'"{column}_l" = "{column}_r"', 0.85, None, None, column),
        Level("one slip", f'damerau_levenshtein("{column}_l", "{column}_r") <= 1', 0.07),
        Level("different", "ELSE", 0.08, None, None),
    )


KIND = AttributeKind(levels, iso_date, examples=("2024-03-01", "31.12.1999"))
