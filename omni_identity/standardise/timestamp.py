"""Points in time from text, as UTC."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.timestamps import is_no_date, parse_timestamps
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text


def standardise_timestamp(raw: pl.Series, attribute: str, rules: Rules) -> pl.DataFrame:
    """Return ``attribute`` as Datetime(us) in UTC, null where unreadable, and its flags.

    Read as ``parse_timestamps`` says; zeros and the first day of a computer's calendar are placeholders.
    """

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = clean_text(distinct)
        times = parse_timestamps(text, rules.timezone, rules.date_order, rules.dotted_order)
        value = pl.col("raw")
        frame = pl.DataFrame([text, times.alias("time")]).with_columns(
            (is_placeholder(value) | is_no_date(value)).alias("filler")
        )
        is_read = pl.col("time").is_not_null()
        return frame.select(
            pl.when(~pl.col("filler")).then("time").alias(attribute),
            pl.col("filler").alias(flag(PLACEHOLDER, attribute)),
            (value.is_not_null() & ~pl.col("filler") & ~is_read).alias(flag(INVALID, attribute)),
        )

    return on_distinct(raw, standardise)
