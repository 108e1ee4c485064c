"""Points in time from text, as UTC."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.birth_date import read_dates
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import DateOrder, Rules
from omni_identity.standardise.text import clean_text

_CLOCK = (
    r"(?:[Tt]|,?\s+)([0-9]{1,2})[:.h]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"\s*([AaPp])?"
)
_OFFSET = r"(?:[0-9]\s*)(?:([+-])([0-9]{2}):?([0-9]{2})?|Z|z|UTC|GMT)\s*$"
_FILLER = r"^(?:0000|0001|9999)-|^[0\s:.\-/T]+$"


def standardise_timestamp(raw: pl.Series, attribute: str, rules: Rules) -> pl.DataFrame:
    """Return ``attribute`` as Datetime(us) in UTC, null where unreadable, and its flags.

    Text without an offset is in ``rules.timezone``; a date alone is its midnight. Ten or thirteen
    digits are seconds or milliseconds since 1970. Years outside 1900 to 2100 are unusable.
    """

    def standardise(distinct: pl.Series) -> pl.DataFrame:
        text = clean_text(distinct)
        moments = _moments(text, rules.date_order, rules.timezone).alias("moment")
        frame = pl.DataFrame([text, moments]).with_columns(
            (is_placeholder(pl.col("raw")) | pl.col("raw").str.contains(_FILLER))
            .fill_null(False)
            .alias("filler"),
            pl.col("moment").dt.year().is_between(1900, 2100).fill_null(False).alias("in_range"),
        )
        usable = pl.col("in_range") & ~pl.col("filler")
        lost = pl.col("raw").is_not_null() & ~pl.col("filler") & ~pl.col("in_range")
        return frame.select(
            pl.when(usable).then("moment").alias(attribute),
            pl.col("filler").alias(flag(PLACEHOLDER, attribute)),
            lost.alias(flag(INVALID, attribute)),
        )

    return on_distinct(raw, standardise)


def _moments(text: pl.Series, order: DateOrder, timezone: str) -> pl.Series:
    value = pl.col("raw")
    day = on_distinct(
        text.str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*$", "${1}"),
        lambda days: read_dates(days, order).alias("day").to_frame(),
    )
    clock = value.str.extract_groups(_CLOCK).struct.rename_fields(["h", "m", "s", "f", "half"])
    offset = value.str.extract_groups(_OFFSET).struct.rename_fields(["sign", "oh", "om"])
    frame = pl.concat([text.to_frame(), day], how="horizontal")
    frame = frame.with_columns(clock.alias("clock"), offset.alias("offset"))
    frame = frame.unnest("clock", "offset").with_columns(
        pl.col("h", "m", "s", "oh", "om").cast(pl.Int64).fill_null(0),
        pl.col("f").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0),
        pl.col("half").str.to_lowercase(),
        (value.str.contains(_CLOCK) & value.str.contains(_OFFSET)).alias("has_offset"),
    )
    frame = frame.with_columns(_local().alias("local"))
    zoned = pl.col("local").dt.replace_time_zone(
        timezone, ambiguous="earliest", non_existent="null"
    )
    utc = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    sign = pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    shift = pl.duration(minutes=sign * (pl.col("oh") * 60 + pl.col("om")), time_unit="us")
    read = pl.when("has_offset").then(pl.col("local") - shift).otherwise(utc)
    return frame.select(pl.coalesce(read, *_since_1970(value)).alias("moment")).to_series()


def _local() -> pl.Expr:
    hour, half = pl.col("h"), pl.col("half")
    hour = (
        pl.when((half == "p") & (hour < 12))
        .then(hour + 12)
        .when((half == "a") & (hour == 12))
        .then(0)
        .otherwise(hour)
    )
    clock = pl.duration(
        hours=hour, minutes=pl.col("m"), seconds=pl.col("s"), microseconds=pl.col("f")
    )
    possible = (hour < 24) & (pl.col("m") < 60) & (pl.col("s") < 60)
    return pl.when(possible).then(pl.col("day").cast(pl.Datetime("us")) + clock)


def _since_1970(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    seconds = text.str.extract(r"^([0-9]{10})(?:\.[0-9]+)?$", 1).cast(pl.Int64) * 1_000_000
    milliseconds = text.str.extract(r"^([0-9]{13})$", 1).cast(pl.Int64) * 1_000
    return seconds.cast(pl.Datetime("us")), milliseconds.cast(pl.Datetime("us"))
