"""What a kind of attribute is: how its values are standardised, and what comparing two of them can come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from omni_identity.model.comparison_levels import Level
from omni_identity.standardise.distinct import settle
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text


def lower_case(text: pl.Series, rules: Rules) -> pl.Series:
    """The text in lower case."""
    return settle(text, _lower)


def _lower(text: pl.Series) -> pl.Series:
    return clean_text(text).str.to_lowercase().str.normalize("NFC")


def not_compared(column: str) -> tuple[Level, ...]:
    """No levels: the attribute is carried into profiles, and is no evidence."""
    return ()


@dataclass(frozen=True)
class AttributeKind:
    """What ``attributes: {NAME: {compare: KIND}}`` means.

    ``standardise`` gets the different values of a column, cleaned, and the rules of their channel; it returns
    as many, null where one is none of this kind, and its own results unchanged. ``levels`` gets the name of
    the compared column, and returns its levels, strongest first; the last catches the rest. ``examples`` are
    values as channels write them, two quite unlike ones among them, which the test of all kinds tries: a
    kind needs them that takes less than any text.
    """

    levels: Callable[[str], tuple[Level, ...]]
    standardise: Callable[[pl.Series, Rules], pl.Series] = lower_case
    examples: tuple[str, ...] = ()
