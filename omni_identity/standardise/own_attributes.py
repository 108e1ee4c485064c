"""User-declared attributes: text as a comparable key, dates as ISO text."""

from __future__ import annotations

import polars as pl

from omni_identity.model.attributes import CARRIED
from omni_identity.standardise.birth_date import read_dates
from omni_identity.standardise.distinct import on_distinct, settle
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text


def standardise_own_attribute(raw: pl.Series, compare: str, rules: Rules) -> pl.DataFrame:
    """Return the attribute ``raw.name`` and its flags: lower case, or ``YYYY-MM-DD`` for ``date``.

    What is not compared (``none``) keeps its capitals.
    """
    name = raw.name

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        clean = clean_text(distinct)
        value = settle(clean, _lower)
        if compare == CARRIED:
            value = clean
        elif compare == "date":
            days = read_dates(clean, rules.date_order, rules.dotted_order, rules.timezone)
            value = days.dt.strftime("%Y-%m-%d")
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


def _lower(text: pl.Series) -> pl.Series:
    return clean_text(text).str.to_lowercase().str.normalize("NFC")
