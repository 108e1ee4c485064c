"""User-declared attributes: text as a comparable key, dates as ISO text."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.birth_date import read_date, without_time
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.month_names import numbered_months
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text


def standardise_own_attribute(raw: pl.Series, compare: str, rules: Rules) -> pl.DataFrame:
    """Return the attribute ``raw.name`` and its flags: lower case, or ``YYYY-MM-DD`` for ``date``."""
    name = raw.name

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = pl.col("raw")
        own = rules.placeholders.get(name, frozenset())
        filler = is_placeholder(text, own).fill_null(False)
        value = text.str.to_lowercase().str.normalize("NFC")
        if compare == "date":
            read = read_date(without_time(numbered_months(text)), rules.date_order)
            value = read.dt.strftime("%Y-%m-%d")
        return (
            clean_text(distinct)
            .to_frame()
            .select(
                pl.when(~filler).then(value).alias(name),
                filler.alias(flag(PLACEHOLDER, name)),
                (text.is_not_null() & value.is_null() & ~filler).alias(flag(INVALID, name)),
            )
        )

    return on_distinct(raw, standardise)
