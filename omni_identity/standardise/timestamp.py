"""Points in time from text, as UTC."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.birth_date import read_date, without_time
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.month_names import numbered_months
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text

_CLOCK = (
    r"(?:[Tt]|,?\s+)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?"
)
_OFFSET = r"\d\s*(?:([+-])(\d{2}):?(\d{2})?|[Zz]|UTC|GMT)\s*$"


def standardise_timestamp(raw: pl.Series, attribute: str, rules: Rules) -> pl.DataFrame:
    """Return ``attribute`` as Datetime(us) in UTC, null where unreadable, and its flags.

    Text without an offset is in ``rules.timezone``; a date alone is its midnight. Ten or thirteen
    digits are seconds or milliseconds since 1970.
    """

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = pl.col("raw")
        frame = clean_text(distinct).to_frame().with_columns(_moment(text, rules).alias("moment"))
        in_range = pl.col("moment").dt.year().is_between(1900, 2100)
        filler = is_placeholder(text) | text.str.contains(r"^(?:0000|0001|9999)-|^[0\s:.\-/T]+$")
        filler = filler.fill_null(False)
        usable = in_range.fill_null(False) & ~filler
        return frame.select(
            pl.when(usable).then("moment").alias(attribute),
            filler.alias(flag(PLACEHOLDER, attribute)),
            (text.is_not_null() & ~filler & ~usable).alias(flag(INVALID, attribute)),
        )

    return on_distinct(raw, standardise)


def _moment(text: pl.Expr, rules: Rules) -> pl.Expr:
    day = read_date(without_time(numbered_months(text)), rules.date_order)
    hour, minute, second = (_number(text, _CLOCK, i) for i in (1, 2, 3))
    afternoon = text.str.extract(_CLOCK, 5).str.to_lowercase().str.slice(0, 1)
    hour = (
        pl.when((afternoon == "p") & (hour < 12))
        .then(hour + 12)
        .when((afternoon == "a") & (hour == 12))
        .then(0)
        .otherwise(hour)
    )
    micros = text.str.extract(_CLOCK, 4).str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    possible = (hour < 24) & (minute < 60) & (second < 61)
    clock = pl.duration(
        hours=hour, minutes=minute, seconds=second, microseconds=micros.fill_null(0)
    )
    local = pl.when(possible).then(day.cast(pl.Datetime("us")) + clock)
    has_offset = text.str.contains(_CLOCK) & text.str.contains(_OFFSET)
    sign = pl.when(text.str.extract(_OFFSET, 1) == "-").then(-1).otherwise(1)
    offset = pl.duration(
        minutes=sign * (_number(text, _OFFSET, 2) * 60 + _number(text, _OFFSET, 3))
    )
    zoned = local.dt.replace_time_zone(rules.timezone, ambiguous="earliest", non_existent="null")
    utc = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    epoch = text.str.extract(r"^(\d{10})(?:\.\d+)?$", 1).cast(pl.Int64) * 1_000_000
    epoch_ms = text.str.extract(r"^(\d{13})$", 1).cast(pl.Int64) * 1_000
    return pl.coalesce(
        pl.when(has_offset).then(local - offset).otherwise(utc),
        epoch.cast(pl.Datetime("us")),
        epoch_ms.cast(pl.Datetime("us")),
    )


def _number(text: pl.Expr, shape: str, group: int) -> pl.Expr:
    return text.str.extract(shape, group).cast(pl.Int64, strict=False).fill_null(0)
