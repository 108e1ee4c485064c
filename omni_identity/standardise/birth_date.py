"""Birth dates from text: the day that was meant, or what is known of it; fillers dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from omni_identity.channels.date_orders import MONTH_FIRST
from omni_identity.channels.timestamps import read_epochs, read_serials
from omni_identity.channels.written_times import Reading, read_written_times
from omni_identity.model.placeholders import PLACEHOLDER_DATES
from omni_identity.standardise.birth_date_parts import BIRTHDAY_YEAR, read_date_parts
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import DateOrder, Rules
from omni_identity.standardise.text import clean_text

EARLIEST = date(1500, 1, 1)
"""Registers of long ago are linked too. Which early dates are fillers is known by the day, not by the century."""
_BEYOND = date(2100, 1, 1)
_NO_YEAR = int(BIRTHDAY_YEAR)
PIVOT = 25
"""Two-digit years of birth up to this are 20xx, later ones 19xx. Fixed, so that a date never changes by itself."""
_FIRST_SERIAL = 10_000
"""Days of a spreadsheet that are taken for a birth date, from May 1927 on: what is shorter is a year."""

_ISO = r"^\d{4}-\d{2}-\d{2}$"
_DIGITS = r"^-?\d[\d.,]*$|^/?[Dd]ate"
_NEGATIVE = r"^-(\d{5,13})(?:\.0+)?$"
_SHORT_MILLISECONDS = r"^\d{11}(?:\.0+)?$"
_DMY_SHAPE = r"^\s*(\d{1,2})([./\-])(\d{1,2})[./\-](?:\d{4}|\d{2})(?:\D.*)?$"
_TIME = r"(?:[Tt]|,?\s+)\d{1,2}[:.h]\d{2}.*$"
_HOUR = 3_600_000_000
_EASTERNMOST = 13 * _HOUR
_QUARTER = _HOUR // 4


def standardise_birth_date(raw: pl.Series, rules: Rules) -> pl.DataFrame:
    """Return ``birth_date`` (Date, null unless the whole day is known), ``birth_year`` and ``birth_month_day``
    (text, what is known of it: see ``read_date_parts``) and the flags of ``birth_date`` for the text of ``raw``.

    A filler has no parts. A whole day that cannot be one of birth is invalid, whatever of it stands; a date that
    was only ever written in part is not.
    """
    return on_distinct(raw, _standardiser(rules))


def date_order_evidence(raw_birth_date: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Return four aggregates of numeric dates that end in the year: surely day first, surely month first, and
    how many of each have dots.

    Nulls and other shapes count for none.
    """
    first = raw_birth_date.str.extract(_DMY_SHAPE, 1).cast(pl.Int32, strict=False)
    second = raw_birth_date.str.extract(_DMY_SHAPE, 3).cast(pl.Int32, strict=False)
    is_dotted = raw_birth_date.str.extract(_DMY_SHAPE, 2) == "."
    day_first = first.is_between(13, 31) & second.is_between(1, 12)
    month_first = second.is_between(13, 31) & first.is_between(1, 12)
    counted = {
        "n_dmy": day_first,
        "n_mdy": month_first,
        "n_dotted_dmy": day_first & is_dotted,
        "n_dotted_mdy": month_first & is_dotted,
    }
    n_dmy, n_mdy, n_dotted_dmy, n_dotted_mdy = (
        is_so.sum().cast(pl.Int64).alias(name) for name, is_so in counted.items()
    )
    return n_dmy, n_mdy, n_dotted_dmy, n_dotted_mdy


def choose_date_order(n_dmy: int, n_mdy: int, country: str) -> DateOrder:
    """Return the order that the evidence favours; without a majority that of ``country`` (ISO-2)."""
    if n_dmy != n_mdy:
        return "dmy" if n_dmy > n_mdy else "mdy"
    return "mdy" if country.upper() in MONTH_FIRST else "dmy"


def read_dates(
    text: pl.Series, order: DateOrder, dotted_order: DateOrder = "dmy", timezone: str = "UTC"
) -> pl.Series:
    """Return the Date that each clean text means; null where none. Years from 1000 are read.

    A time of day beside it belongs to a program, not to the date: midnight of any zone is the day as
    written; a midnight of UTC that another zone's clock shows (``1985-03-13T19:00-05:00``) is UTC's
    day. A time in UTC that is a midnight of ``timezone``, or of a zone to the east (``23:00Z`` and
    ``22:00Z`` in Europe, ``18:30Z`` in India), is the day that began there: the next. Numbers are epoch
    seconds, milliseconds and so on, before 1970 with a minus, or a spreadsheet's days.
    """
    texts = text.alias("text")
    days = texts.str.to_date("%Y-%m-%d", strict=False)
    is_iso = texts.str.contains(_ISO).fill_null(False)
    days = pl.select(
        pl.when(is_iso & (days >= date(1000, 1, 1))).then(days).alias("day")
    ).to_series()
    missing = texts.is_not_null() & days.is_null()
    if missing.any():
        reading = Reading(order, dotted_order, PIVOT, timezone, may_swap_iso=True)
        days = days.scatter(missing.arg_true(), _otherwise(texts.filter(missing), reading))
    return days.alias(text.name)


def _otherwise(texts: pl.Series, reading: Reading) -> pl.Series:
    """Dates that are written otherwise than YYYY-MM-DD."""
    days = read_written_times(texts, reading)
    parts = days.with_columns(pl.col("clock").fill_null(0))
    written = parts.select(_meant_day(reading.timezone)).to_series()
    if not texts.str.contains(_DIGITS).any():
        return written
    instants = _instants(texts)
    of_epochs = pl.DataFrame(
        {
            "day": instants.dt.date(),
            "clock": (instants - instants.dt.truncate("1d")).dt.total_microseconds(),
            "offset": pl.Series([0], dtype=pl.Int64).new_from_index(0, len(texts)),
        }
    ).select(_meant_day(reading.timezone))
    serials = read_serials(texts, _FIRST_SERIAL).dt.date()
    both = pl.DataFrame({"w": written, "e": of_epochs.to_series(), "s": serials})
    return both.select(pl.coalesce("w", "e", "s").alias("day")).to_series()


def _instants(texts: pl.Series) -> pl.Series:
    """Epoch numbers as UTC, those before 1970 and the milliseconds of its first years too."""
    text = pl.col("text")
    before = text.str.extract(_NEGATIVE, 1)
    size = before.str.len_bytes()
    count = before.cast(pl.Int64, strict=False)
    micros = pl.when(size >= 11).then(count * 1_000).otherwise(count * 1_000_000)
    short = pl.when(text.str.contains(_SHORT_MILLISECONDS)).then(
        text.str.extract(r"^(\d+)", 1).cast(pl.Int64) * 1_000
    )
    frame = pl.DataFrame({"text": texts, "since": read_epochs(texts)})
    return frame.select(
        pl.coalesce("since", (-micros).cast(pl.Datetime("us")), short.cast(pl.Datetime("us")))
    ).to_series()


def _meant_day(timezone: str) -> pl.Expr:
    """The day that ``day``, ``clock`` and ``offset`` mean (see ``read_dates``)."""
    day, clock, offset = pl.col("day"), pl.col("clock"), pl.col("offset")
    local = day.cast(pl.Datetime("us")) + clock.cast(pl.Duration("us"))
    utc = local - (offset * 60_000_000).cast(pl.Duration("us"))
    there = (
        utc.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    )
    midnight = there.dt.truncate("1d") == there
    is_utc = offset == 0
    is_eastern = is_utc & (clock >= _EASTERNMOST) & (clock % _QUARTER == 0)
    is_utc_midnight = offset.is_not_null() & (utc.dt.truncate("1d") == utc)
    return (
        pl.when(clock == 0)
        .then(day)
        .when(is_utc_midnight)
        .then(utc.dt.date())
        .when(is_utc & midnight)
        .then(there.dt.date())
        .when(is_eastern)
        .then(day.dt.offset_by("1d"))
        .otherwise(day)
        .alias("day")
    )


def _standardiser(rules: Rules) -> Callable[[pl.Series], pl.DataFrame]:
    def standardise(raw: pl.Series) -> pl.DataFrame:
        text = clean_text(raw.str.normalize("NFKC"))
        read = read_dates(text, rules.date_order, rules.dotted_order, rules.timezone)
        frame = pl.DataFrame([text, read.alias("read")])
        frame = frame.with_columns(without_time(pl.col("raw")).str.to_lowercase().alias("bare"))
        latest = pl.col("read") < _BEYOND if rules.today is None else pl.col("read") <= rules.today
        usable = (pl.col("read") >= EARLIEST) & latest & (pl.col("read").dt.year() != _NO_YEAR)
        frame = frame.with_columns(usable.fill_null(False).alias("is_usable"))
        frame = frame.with_columns(_parts(frame, rules).get_columns())
        own = rules.placeholders.get("birth_date", frozenset())
        frame = frame.with_columns(_is_filler(own).fill_null(False).alias("is_filler"))
        kept, is_partial = ~pl.col("is_filler"), pl.col("is_partial")
        lost = pl.col("raw").is_not_null() & ~pl.col("is_usable") & ~is_partial
        return frame.select(
            pl.when(kept & pl.col("is_usable")).then("read").alias("birth_date"),
            pl.when(kept).then("birth_year").alias("birth_year"),
            pl.when(kept).then("birth_month_day").alias("birth_month_day"),
            pl.col("is_filler").alias(flag(PLACEHOLDER, "birth_date")),
            (kept & lost).alias(flag(INVALID, "birth_date")),
        )

    return standardise


def _parts(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """``birth_year``, ``birth_month_day``, and ``is_partial``: something is known, and no more was written.

    Of a whole date that no one living or dead can have been born on, day and month stand.
    """
    read = pl.col("read")
    of_day = frame.select(
        pl.when("is_usable").then(read.dt.strftime("%Y")).alias("birth_year"),
        read.dt.strftime("%m-%d").alias("birth_month_day"),
        (read.dt.year() == _NO_YEAR).fill_null(False).alias("is_partial"),
    )
    missing = frame["raw"].is_not_null() & frame["read"].is_null()
    if not missing.any():
        return of_day
    parts = read_date_parts(
        frame.filter(missing)["bare"], rules.date_order, rules.dotted_order
    ).select(
        "birth_year",
        "birth_month_day",
        (
            ~pl.col("is_impossible")
            & pl.any_horizontal(pl.col("birth_year", "birth_month_day").is_not_null())
        ).alias("is_partial"),
    )
    places = missing.arg_true()
    return of_day.with_columns(of_day[name].scatter(places, parts[name]) for name in parts.columns)


def _is_filler(own: frozenset[str]) -> pl.Expr:
    """Whether a date is one that systems and people write when they have none."""
    bare, read = pl.col("bare"), pl.col("read")
    has_parts = pl.any_horizontal(pl.col("birth_year", "birth_month_day").is_not_null())
    zeros = bare.str.contains(r"^[0\s./\-]+$") | (
        bare.str.contains(r"^0000|^(\d)+(?:0000)$|^1900(?:\D|$)|\D1900$")
        & read.is_null()
        & ~has_parts
    )
    # digits that count milliseconds may well end in zeros
    zeros = zeros & ~(bare.str.contains(r"^\d{9,}$") & read.is_not_null())
    repeated = bare.str.replace_all(r"\D", "").is_in(["11111111", "99999999"])
    known = read.is_in(sorted(PLACEHOLDER_DATES)) | bare.str.contains(r"^(?:0001|9999)-")
    words = is_placeholder(pl.col("raw"), own)
    return pl.any_horizontal(part.fill_null(False) for part in (words, zeros, repeated, known))


def without_time(text: pl.Expr) -> pl.Expr:
    """Return ``text`` without a time of day at its end."""
    return text.str.replace(_TIME, "")
