"""Times as channels write them, to UTC: ISO 8601 at once, numbers of computers and spreadsheets, and the rest read
as it is written."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache, reduce
from operator import and_

import polars as pl

from omni_identity.channels.feeds import DateOrder
from omni_identity.channels.written_times import Reading, read_written_times

_UTC_MICROSECONDS = pl.Datetime("us")
_FIRST_YEAR, _LAST_YEAR = 1901, 2199
_EPOCHS = (
    (r"^\d{9,10}(?:\.\d+)?$", 1e6),
    (r"^\d{12,13}(?:\.\d+)?$", 1e3),
    (r"^\d{15,16}(?:\.0+)?$", 1.0),
    (r"^\d{18,19}(?:\.0+)?$", 1e-3),
)
_DOTNET_EPOCH = r"^/?Date\((-?\d+)(?:[+-]\d{4})?\)/?$"
_SCIENTIFIC = r"^\d\.\d{5,}[eE]\+?\d{1,2}$"
_SERIAL = r"^\d{5}(?:[.,]\d+)?$"
FIRST_SERIAL, LAST_SERIAL = 25_569, 73_050
"""Days of a spreadsheet that are taken for a time: of 1970 to 2099."""
_SERIAL_EPOCH = datetime(1899, 12, 30)
_NUMBER = r"^[\d./]|^[Dd]ate"
_AMBIGUOUS = r"^(\d{1,2})([./-])(\d{1,2})[./-](?:\d{4}|\d{2})\b"
_FAST = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d")
_FAST_UTC = ("%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%S%.fZ")
_ISO_OFFSET = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?[+-]\d{2}:?\d{2}$"
_NO_DATE = r"^(?:0000|0001|9999)-|^[0\s:.,\-/TZ+]+$|^(?:1753|1800|1900|1970)-01-01|^1899-12-3[01]"
_EPOCH = datetime(1970, 1, 1)


def parse_timestamps(
    texts: pl.Series, timezone: str, date_order: DateOrder, dotted_order: DateOrder = "dmy"
) -> pl.Series:
    """Text to naive UTC ``Datetime('us')``; what is no time between 1901 and 2199 becomes null.

    Times without a zone are in ``timezone`` (IANA); in the hour that a clock change repeats or
    skips, the earlier instant is meant. ``date_order`` reads 03/04/2024 and ``dotted_order``
    03.04.2024; a date that it makes impossible but the other order does not (25/12 in a month-first
    channel) is read the other way. Plain dates are midnight; 9 to 10 digits are epoch seconds, 12 to
    13 milliseconds, 15 to 16 microseconds, 18 to 19 nanoseconds, 8 are YYYYMMDD and 14
    YYYYMMDDHHMMSS; 5 digits, with a fraction or without, are a spreadsheet's days. The beginning of
    1970 is what computers write that know no time, and null.
    """
    if texts.null_count() == len(texts):
        return texts.cast(_UTC_MICROSECONDS).alias("t")
    texts = texts.str.strip_chars().alias("text")
    parsed = _to_utc(
        _first_that_fits(texts, (*_FAST, *_separated(date_order, dotted_order))), timezone
    )
    missing = texts.is_not_null() & parsed.is_null()
    if missing.any():
        parsed = _fill(parsed, missing, _first_that_fits(texts.filter(missing), _FAST_UTC))
        missing = texts.is_not_null() & parsed.is_null() & texts.str.contains(_ISO_OFFSET)
    if missing.any():
        parsed = _fill(parsed, missing, _parse_offset(texts.filter(missing)))
    missing = texts.is_not_null() & parsed.is_null()
    if missing.any():
        reading = Reading(date_order, dotted_order, timezone=timezone)
        parsed = _fill(parsed, missing, _parse_rest(texts.filter(missing), reading))
    year = pl.col("t").dt.year()
    in_range = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    return (
        parsed.to_frame("t")
        .select(pl.when(in_range & ~_is_beginning(timezone)).then("t"))
        .to_series()
    )


def is_no_date(text: pl.Expr) -> pl.Expr:
    """Whether ``text`` is what systems write that know no date: zeros, or the first day of their calendar."""
    return text.str.contains(_NO_DATE).fill_null(False)


def are_local_times_unsure(
    texts: pl.Series,
    parsed: pl.Series,
    timezone: str,
    date_order: DateOrder,
    dotted_order: DateOrder = "dmy",
) -> pl.Series:
    """Which of ``texts``, read as ``parsed`` by ``parse_timestamps``, name a local time that a clock change
    repeats or skips, so that the earlier instant is a choice. Never null."""
    if timezone == "UTC":
        return pl.Series([False]).new_from_index(0, len(texts))
    # as the clock showed it; what brings a zone of its own, or is an epoch number, is the same either way
    shown = parse_timestamps(texts, "UTC", date_order, dotted_order)
    sure = shown.dt.replace_time_zone(timezone, ambiguous="null", non_existent="null")
    return (sure.is_null() & (shown != parsed)).fill_null(False)


def _separated(date_order: DateOrder, dotted_order: DateOrder) -> tuple[str, ...]:
    """The commonest shapes of the configured order, tried before anything is tidied."""
    date = "%m/%d/%Y" if date_order == "mdy" else "%d/%m/%Y"
    dotted = "%m.%d.%Y" if dotted_order == "mdy" else "%d.%m.%Y"
    clocks = (" %H:%M:%S%.f", " %H:%M", "")
    halves = (" %I:%M:%S %p", " %I:%M %p")
    return (
        *(d + time for d in (date, dotted) for time in clocks),
        *(date + time for time in halves),
    )


def order_of_dates(texts: pl.Series) -> DateOrder | None:
    """Whether 03/04/2024 has the day or the month first, by the dates that leave no choice.

    Where none does, or as many say one as the other, dates with dots have the day first, as in every
    country that writes them so: a file of a single day early in the month has no other sign. Null when
    that does not tell either.
    """
    return orders_of_dates(texts)[0]


def orders_of_dates(texts: pl.Series) -> tuple[DateOrder | None, DateOrder | None]:
    """``order_of_dates``, and whether 03.04.2024 has the day or the month first, by the dates with dots that leave no
    choice, or null."""
    parts = _ambiguous(texts)
    if not len(parts):
        return None, None
    found, dotted = _majority(parts), _majority(parts.filter(pl.col("2") == "."))
    if found is None and (parts["2"] == ".").all():
        found = "dmy"
    return found, dotted


def _ambiguous(texts: pl.Series) -> pl.DataFrame:
    """The parts of the dates of digits that end in the year: one of two digits, the separator, the other."""
    tidy = texts.drop_nulls().str.strip_chars()
    if not tidy.str.contains(_AMBIGUOUS).any():
        return pl.DataFrame(schema={"1": pl.String, "2": pl.String, "3": pl.String})
    parts = tidy.str.extract_groups(_AMBIGUOUS).struct.unnest()
    return parts.filter(pl.col("1").is_not_null())


def _majority(parts: pl.DataFrame) -> DateOrder | None:
    first, second = (parts[name].cast(pl.Int32) for name in ("1", "3"))
    day_first, month_first = int((first > 12).sum()), int((second > 12).sum())
    if day_first == month_first:
        return None
    return "dmy" if day_first > month_first else "mdy"


def _is_beginning(timezone: str) -> pl.Expr:
    """Whether a time is the first of 1970, here or at the channel's."""
    local = (
        pl.lit(_EPOCH)
        .dt.replace_time_zone(timezone)
        .dt.convert_time_zone("UTC")
        .dt.replace_time_zone(None)
    )
    return (pl.col("t") == pl.lit(_EPOCH)) | (pl.col("t") == local)


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


def _parse_rest(texts: pl.Series, reading: Reading) -> pl.Series:
    """What is not plain ISO, each distinct text once: numbers, then what is written otherwise."""
    distinct = texts.unique()
    parsed = read_epochs(distinct)
    serials = _to_utc(read_serials(distinct), reading.timezone)
    parsed = (
        parsed.to_frame("e")
        .with_columns(serials.alias("s"))
        .select(pl.coalesce("e", "s"))
        .to_series()
    )
    missing = parsed.is_null()
    if missing.any():
        parsed = _fill(parsed, missing, _written(distinct.filter(missing), reading))
    if len(distinct) == len(texts) and distinct.equals(texts):
        return parsed
    times = pl.DataFrame({"text": distinct, "t": parsed})
    return texts.to_frame().join(times, on="text", how="left", maintain_order="left")["t"]


def _written(texts: pl.Series, reading: Reading) -> pl.Series:
    parts = read_written_times(texts, reading)
    clock = pl.col("clock").fill_null(0).cast(pl.Duration("us"))
    local = parts.select((pl.col("day").cast(_UTC_MICROSECONDS) + clock).alias("t")).to_series()
    shift = (parts["offset"] * 60_000_000).cast(pl.Duration("us"))
    times = _to_utc(local, reading.timezone)
    has_offset = parts["offset"].is_not_null()
    times = times.zip_with(~has_offset, (local - shift).cast(_UTC_MICROSECONDS))
    for region in parts["region"].drop_nulls().unique().sort():
        is_there = ((parts["region"] == region) & ~has_offset).fill_null(False)
        times = _fill(times, is_there, _to_utc(local.filter(is_there), region))
    return times


def read_epochs(texts: pl.Series) -> pl.Series:
    """Digits that count seconds, milliseconds, microseconds or nanoseconds since 1970, as UTC; else null."""
    empty = pl.Series("t", [None], dtype=_UTC_MICROSECONDS).new_from_index(0, len(texts))
    if not texts.str.contains(_NUMBER).any():
        return empty
    text = pl.col("text")
    frame = texts.alias("text").to_frame()
    digits = pl.coalesce(text.str.extract(_DOTNET_EPOCH, 1), text)
    scientific = pl.when(text.str.contains(_SCIENTIFIC)).then(text.cast(pl.Float64, strict=False))
    frame = frame.select(
        pl.coalesce(scientific.round().cast(pl.Int64, strict=False).cast(pl.String), digits).alias(
            "text"
        )
    )
    number = text.cast(pl.Float64, strict=False)
    # whole numbers exactly: a float has no more than fifteen digits
    whole = text.str.extract(r"^(\d+)", 1).cast(pl.Int64, strict=False)
    micros = [
        (
            pattern,
            (number * scale).cast(pl.Int64, strict=False) if scale > 1 else whole // int(1 / scale),
        )
        for pattern, scale in _EPOCHS
    ]
    times = [pl.when(text.str.contains(pattern)).then(value) for pattern, value in micros]
    return frame.select(pl.coalesce(times).cast(_UTC_MICROSECONDS).alias("t")).to_series()


def read_serials(texts: pl.Series, first: int = FIRST_SERIAL) -> pl.Series:
    """A spreadsheet's number of days since 1899-12-30, to the millisecond, in no zone; else null.

    Only five digits from ``first`` to ``LAST_SERIAL`` are taken for one, with a fraction or without.
    """
    number = pl.col("text").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    is_serial = pl.col("text").str.contains(_SERIAL) & number.is_between(first, LAST_SERIAL + 1)
    millis = (pl.when(is_serial).then(number) * 86_400_000).round().cast(pl.Int64)
    since = pl.lit(_SERIAL_EPOCH) + millis.cast(pl.Duration("ms"))
    return (
        texts.alias("text").to_frame().select(since.cast(_UTC_MICROSECONDS).alias("t")).to_series()
    )


def _offsets(zones: pl.Series) -> pl.Series:
    """``+02:00`` or ``-0530`` as a duration."""
    digits = zones.str.replace_all(r"[^0-9]", "")
    minutes = digits.str.slice(0, 2).cast(pl.Int64) * 60 + digits.str.slice(2, 2).cast(pl.Int64)
    sign = zones.str.starts_with("-").cast(pl.Int64) * -2 + 1
    return (minutes * sign * 60_000_000).cast(pl.Duration("us"))


def _first_that_fits(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Parse with one format after the other, each only what the former ones left."""
    parsed = pl.Series("t", [None], dtype=_UTC_MICROSECONDS).new_from_index(0, len(texts))
    missing = texts.is_not_null()
    has = cache(lambda sign: texts.str.contains(sign, literal=True))
    # of most files all times have the same signs: what is asked of each sign once need not be of each text again
    some_have = cache(lambda sign: bool(has(sign).any()))
    all_have = cache(lambda sign: bool(has(sign).all()))
    for layout in formats:
        # parsing what a layout cannot fit costs as much as parsing what it does
        with_signs, without = _signs(layout)
        if not all(map(some_have, with_signs)) or any(map(all_have, without)):
            continue
        masks = (
            *(has(sign) for sign in with_signs if not all_have(sign)),
            *(~has(sign) for sign in without if some_have(sign)),
        )
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
