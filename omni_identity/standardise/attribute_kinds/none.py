"""``none``: carried into profiles as it is written, and no evidence."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.attribute_kind import AttributeKind, not_compared
from omni_identity.standardise.rules import Rules


def as_written(text: pl.Series, rules: Rules) -> pl.Series:
    """The text with its capitals."""
    return text


KIND = AttributeKind(not_compared, as_written)
