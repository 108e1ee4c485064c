"""``country``: a nationality or country of birth, by its code or its name in many languages."""

from __future__ import annotations

import polars as pl

from omni_identity.model.comparison_levels import Level
from omni_identity.standardise.attribute_kind import AttributeKind
from omni_identity.standardise.country import standardise_country
from omni_identity.standardise.rules import Rules


def iso_code(text: pl.Series, rules: Rules) -> pl.Series:
    """The country's two letters of ISO 3166; null where it is no country."""
    return standardise_country(text)["country"]


def levels(column: str) -> tuple[Level, ...]:
    """Equal or not: people have two nationalities more often than families do."""
    return (
        Level("exact", f'"{column}_l" = "{column}_r"', 0.9, 0.85, None, column),
        Level("different", "ELSE", 0.1, 0.15, None),
    )


KIND = AttributeKind(levels, iso_code, examples=("France", "JP", "Österreich"))
