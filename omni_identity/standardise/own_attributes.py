"""User-declared attributes: each standardised as its kind says, in ``attribute_kinds/``."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.attribute_kinds import attribute_kind
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text


def standardise_own_attribute(raw: pl.Series, compare: str, rules: Rules) -> pl.DataFrame:
    """Return the attribute ``raw.name``, standardised as its kind ``compare`` says, and its flags."""
    name = raw.name

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        clean = clean_text(distinct)
        value = attribute_kind(compare).standardise(clean, rules)
        own = rules.placeholders.get(name, frozenset())
        filler = is_placeholder(pl.col("raw"), own)
        frame = pl.DataFrame([clean, value.alias("value")]).with_columns(filler.alias("filler"))
        lost = pl.col("raw").is_not_null() & pl.col("value").is_null() & ~pl.col("filler")
        return frame.select(
            pl.when(~pl.col("filler")).then("value").alias(name),
            pl.col("filler").alias(flag(PLACEHOLDER, name)),
            lost.alias(flag(INVALID, name)),
        )

    return on_distinct(raw, standardise)
