"""Times as channels write them, to UTC: ISO 8601, d/m/y or m/d/y with a time, epoch numbers."""

from __future__ import annotations

import re
from functools import cache, reduce
from operator import and_

import polars as pl

from omni_identity.channels.configuration import DateOrder

_UTC_MICROSECONDS = pl.Datetime("us")
_FIRST_YEAR, _LAST_YEAR = 1901, 2199
_EPOCHS = ((r"^\d{9,10}(?:\.\d+)?$", 1e6), (r"^\d{12,13}$", 1e3), (r"^\d{15,16}$", 1.0))
_ZONE = r"(?i)^(.*(?:\d:\d\d|T\d\d)\S*?(?:\s*[ap]m)?)\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_SEPARATED = r"^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})"
_AMBIGUOUS = r"^(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})\b"
_DOTTED = r"^\d{1,2}\.\d{1,2}\."
_TIMES = ("", " %H:%M:%S%.f", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %I:%M:%S%p", " %I:%M%p")
_FAST = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d")
_FAST_UTC = ("%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%S%.fZ")
_ISO_OFFSET = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?[+-]\d{2}:?\d{2}$"
_WRITTEN = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%a %d %b %Y")


def parse_timestamps(texts: pl.Series, timezone: str, date_order: DateOrder) -> pl.Series:
    """Text to naive UTC ``Datetime('us')``; what is no time between 1901 and 2199 becomes null.

    Times without a zone are in ``timezone`` (IANA); in the hour that a clock change repeats or
    skips, the earlier instant is meant. ``date_order`` reads 03/04/2024; a date that it makes
    impossible but the other order does not (25/12 in a month-first channel) is read the other way.
    Plain dates are midnight; 9 to 10 digits are epoch seconds, 12 to 13 milliseconds, 15 to 16
    microseconds, 8 are YYYYMMDD and 14 YYYYMMDDHHMMSS.
    """
    texts = texts.str.strip_chars().alias("text")
    parsed = _to_utc(_first_that_fits(texts, (*_FAST, *_separated(date_order))), timezone)
    missing = texts.is_not_null() & parsed.is_null()
    if missing.any():
        parsed = _fill(parsed, missing, _first_that_fits(texts.filter(missing), _FAST_UTC))
        missing = texts.is_not_null() & parsed.is_null() & texts.str.contains(_ISO_OFFSET)
    if missing.any():
        parsed = _fill(parsed, missing, _parse_offset(texts.filter(missing)))
    missing = texts.is_not_null() & parsed.is_null()
    if missing.any():
        rest = _parse_rest(texts.filter(missing), timezone, date_order)
        parsed = _fill(parsed, missing, rest)
    year = parsed.dt.year()
    in_range = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    return parsed.to_frame("t").select(pl.when(in_range).then("t")).to_series()


def are_local_times_unsure(
    texts: pl.Series, parsed: pl.Series, timezone: str, date_order: DateOrder
) -> pl.Series:
    """Which of ``texts``, read as ``parsed`` by ``parse_timestamps``, name a local time that a clock change
    repeats or skips, so that the earlier instant is a choice. Never null."""
    if timezone == "UTC":
        return pl.Series([False]).new_from_index(0, len(texts))
    # as the clock showed it; what brings a zone of its own, or is an epoch number, is the same either way
    shown = parse_timestamps(texts, "UTC", date_order)
    sure = shown.dt.replace_time_zone(timezone, ambiguous="null", non_existent="null")
    return (sure.is_null() & (shown != parsed)).fill_null(False)


def _separated(date_order: DateOrder) -> tuple[str, ...]:
    """The commonest shapes of the configured order, tried before anything is tidied."""
    date = "%m/%d/%Y" if date_order == "mdy" else "%d/%m/%Y"
    dates = (date, date.replace("/", ".")) if date_order != "mdy" else (date,)
    return tuple(d + time for d in dates for time in (" %H:%M:%S%.f", " %H:%M", ""))


def order_of_dates(texts: pl.Series) -> DateOrder | None:
    """Whether 03/04/2024 has the day or the month first, by the dates that leave no choice.

    Where none does, or as many say one as the other, dates with dots have the day first, as in every
    country that writes them so: a file of a single day early in the month has no other sign. Null when
    that does not tell either.
    """
    tidy = texts.drop_nulls().str.strip_chars()
    parts = tidy.str.extract_groups(_AMBIGUOUS).struct.unnest()
    first, second = (parts[name].cast(pl.Int32) for name in ("1", "2"))
    day_first, month_first = int((first > 12).sum()), int((second > 12).sum())
    if day_first == month_first:
        numeric = tidy.filter(parts["1"].is_not_null())
        return "dmy" if len(numeric) and numeric.str.contains(_DOTTED).all() else None
    return "dmy" if day_first > month_first else "mdy"


def _parse_offset(texts: pl.Series) -> pl.Series:
    """ISO 8601 with an offset, as most machines write it: what ``_parse_rest`` would find, in a fifth of the time."""
    length = pl.when(pl.col("t").str.slice(-3, 1) == ":").then(6).otherwise(5)
    parts = texts.to_frame("t").select(
        pl.col("t").str.head(-length.cast(pl.Int64)).alias("text"),
        pl.col("t").str.tail(length.cast(pl.Int64)).alias("zone"),
    )
    zones = parts["zone"].unique()
    shifts = parts["zone"].replace_strict(zones, _offsets(zones))
    return (_first_that_fits(parts["text"], _FAST[:2]) - shifts).cast(_UTC_MICROSECONDS)


def _parse_rest(texts: pl.Series, timezone: str, date_order: DateOrder) -> pl.Series:
    """What is not plain ISO: epochs, then times with a zone, then times without."""
    parsed = _epochs(texts)
    zoned = texts.str.extract_groups(_ZONE).struct.unnest()
    has_zone = zoned["2"].is_not_null()
    local = (
        texts.to_frame("t").select(pl.when(has_zone).then(zoned["1"]).otherwise("t")).to_series()
    )
    naive = _naive(local.alias("text"), date_order)
    frame = pl.DataFrame(
        {
            "epoch": parsed,
            "zoned": naive - _offsets(zoned["2"]),
            "local": _to_utc(naive, timezone),
            "has_zone": has_zone,
        }
    )
    chosen = pl.coalesce("epoch", pl.when("has_zone").then("zoned").otherwise("local"))
    return frame.select(chosen.cast(_UTC_MICROSECONDS)).to_series()


def _epochs(texts: pl.Series) -> pl.Series:
    number = pl.col("text").cast(pl.Float64, strict=False)
    frame = texts.to_frame("text")
    times = [
        pl.when(pl.col("text").str.contains(pattern)).then((number * scale).cast(pl.Int64))
        for pattern, scale in _EPOCHS
    ]
    return frame.select(pl.coalesce(times).cast(_UTC_MICROSECONDS)).to_series()


def _offsets(zones: pl.Series) -> pl.Series:
    """``Z``, ``+02:00``, ``-0530`` or ``+02`` as a duration."""
    digits = zones.str.replace_all(r"[^0-9]", "")
    minutes = digits.str.slice(0, 2).cast(pl.Int64, strict=False).fill_null(
        0
    ) * 60 + digits.str.slice(2, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = zones.str.starts_with("-").cast(pl.Int64).fill_null(0) * -2 + 1
    return (minutes * sign * 60_000_000).cast(pl.Duration("us"))


def _naive(texts: pl.Series, date_order: DateOrder) -> pl.Series:
    """Local times; the configured order of day and month first, then the other one."""
    tidy = (
        texts.str.replace_all(r"\s+", " ")
        .str.replace(r"(\d{2}:\d{2}:\d{2}),(\d)", "${1}.${2}")
        .str.replace_all(r",\s*", " ")
        .str.replace(r"(?i)^(\d{4}-?\d{2}-?\d{2})T(\d)", "${1} ${2}")
        .str.replace(_SEPARATED, "${1}-${2}-${3}")
        .str.replace(
            r"^(\d{4})(\d{2})(\d{2})(?: ?(\d{2}):?(\d{2}):?(\d{2}))$",
            "${1}-${2}-${3} ${4}:${5}:${6}",
        )
        .str.replace(r"^(\d{4})(\d{2})(\d{2})$", "${1}-${2}-${3}")
    )
    orders = ("%m-%d-", "%d-%m-") if date_order == "mdy" else ("%d-%m-", "%m-%d-")
    shapes = (
        (r"^\d{4}-", ("%Y-%m-%d",)),
        (r"^\d{1,2}-\d{1,2}-\d{4}\b", tuple(order + "%Y" for order in orders)),
        (r"^\d{1,2}-\d{1,2}-\d{2}\b", tuple(order + "%y" for order in orders)),
        (r"^\d{0,2}[- ]?[[:alpha:]]{3}", _WRITTEN),
    )
    parsed = pl.Series("t", [None] * len(tidy), dtype=_UTC_MICROSECONDS)
    for pattern, dates in shapes:
        fits = tidy.str.contains(pattern).fill_null(False)
        if fits.any():
            formats = tuple(date + time for date in dates for time in _TIMES)
            parsed = _fill(parsed, fits, _first_that_fits(tidy.filter(fits), formats))
    return parsed


def _first_that_fits(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Parse with one format after the other, each only what the former ones left."""
    parsed = pl.Series("t", [None], dtype=_UTC_MICROSECONDS).new_from_index(0, len(texts))
    missing = texts.is_not_null()
    has = cache(lambda sign: texts.str.contains(sign, literal=True))
    for layout in formats:
        # parsing what a layout cannot fit costs as much as parsing what it does
        with_signs, without = _signs(layout)
        masks = (*(has(sign) for sign in with_signs), *(~has(sign) for sign in without))
        fitting = reduce(and_, masks, missing)
        if fitting.all():
            parsed = _parse(texts, layout)
        elif fitting.any():
            parsed = _fill(parsed, fitting, _parse(texts.filter(fitting), layout))
        missing = texts.is_not_null() & parsed.is_null()
        if not missing.any():
            break
    return parsed


@cache
def _signs(layout: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The signs that every text of a layout has, and those of which it has none: a word may hold any."""
    signs = set(re.sub("%(?:\\.f|.)", "", layout)) - {" "}
    others = set[str]() if re.search("%[abBp]", layout) else set("TZ/:") - signs
    return tuple(sorted(signs)), tuple(sorted(others))


def _parse(texts: pl.Series, layout: str) -> pl.Series:
    times = texts.str.to_datetime(layout, time_unit="us", strict=False)
    # %Y reads "24" as the year 24: left for the layouts with two digits
    return times.to_frame("t").select(pl.when(pl.col("t").dt.year() >= 1000).then("t")).to_series()


def _fill(values: pl.Series, where: pl.Series, given: pl.Series) -> pl.Series:
    """``values`` with ``given``, in order, where the mask holds."""
    if given.null_count() == len(given):
        return values
    return values.scatter(where.arg_true(), given)


def _to_utc(naive: pl.Series, timezone: str) -> pl.Series:
    if timezone == "UTC":
        return naive
    hour = pl.duration(hours=1)

    def utc(time: pl.Expr) -> pl.Expr:
        zoned = time.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)

    time = pl.col("t")
    frame = naive.to_frame("t")
    return frame.select(pl.coalesce(utc(time), utc(time + hour) - hour)).to_series()
