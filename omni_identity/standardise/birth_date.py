"""Birth dates from text: many formats, day and month told apart, impossible and filler dates dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_DATES
from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.month_names import full_year, numbered_months
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.rules import DateOrder, Rules
from omni_identity.standardise.text import clean_text

EARLIEST = date(1900, 1, 1)
_BEYOND = date(2100, 1, 1)
_MONTH_FIRST = frozenset(["US", "FM", "MH", "PW", "PR", "GU", "VI", "AS", "MP", "BZ"])

_SEPARATED = r"[\s./,_\-\\]+"
_TIME = r"(?:[Tt]|,?\s+)\d{1,2}[:.h]\d{2}.*$"
_YEAR_FIRST = r"^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$"
_YEAR_LAST = r"^([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})$"
_SHORT = r"^([0-9]{1,2})-([0-9]{1,2})-([0-9]{2})$"
_PACKED_FIRST = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_PACKED_LAST = r"^([0-9]{2})([0-9]{2})([0-9]{4})$"
_DMY_SHAPE = r"^\s*(\d{1,2})[./\-](\d{1,2})[./\-](?:\d{4}|\d{2})(?:\D.*)?$"


def standardise_birth_date(raw: pl.Series, rules: Rules) -> pl.DataFrame:
    """Return ``birth_date`` (Date, null if unusable) and its flags for the text of ``raw``."""
    return on_distinct(raw, _standardiser(rules))


def date_order_evidence(raw_birth_date: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return two aggregates of numeric dates that end in the year: surely day first, surely month first.

    Nulls and other shapes count for neither.
    """
    first = raw_birth_date.str.extract(_DMY_SHAPE, 1).cast(pl.Int32, strict=False)
    second = raw_birth_date.str.extract(_DMY_SHAPE, 2).cast(pl.Int32, strict=False)
    day_first = first.is_between(13, 31) & second.is_between(1, 12)
    month_first = second.is_between(13, 31) & first.is_between(1, 12)
    return (
        day_first.sum().cast(pl.Int64).alias("n_dmy"),
        month_first.sum().cast(pl.Int64).alias("n_mdy"),
    )


def choose_date_order(n_dmy: int, n_mdy: int, country: str) -> DateOrder:
    """Return the order that the evidence favours; without a majority that of ``country`` (ISO-2)."""
    if n_dmy != n_mdy:
        return "dmy" if n_dmy > n_mdy else "mdy"
    return "mdy" if country.upper() in _MONTH_FIRST else "dmy"


def read_dates(text: pl.Series, order: DateOrder) -> pl.Series:
    """Return the Date that each clean text means, its time of day ignored; null where none.

    A reading that only one order allows wins over ``order``. Any year from 0001 to 9999 is read.
    """
    name = text.name
    months = text.to_frame().select(numbered_months(pl.col(name)).alias(name))
    parts = without_time(pl.col(name)).str.strip_chars(" .,/-").str.replace_all(_SEPARATED, "-")
    frame = months.select(parts.alias("parts"))
    last = ("mdy", "dmy") if order == "mdy" else ("dmy", "mdy")
    brief = ("ymd", "dmy", "mdy") if order == "ymd" else (*last, "ymd")
    readings = [
        *(_reading(_YEAR_FIRST, o) for o in ("ymd", "ydm")),
        *(_reading(_YEAR_LAST, o) for o in last),
        *(_reading(_SHORT, o) for o in brief),
        _plausible(_reading(_PACKED_FIRST, "ymd")),
        *(_plausible(_reading(_PACKED_LAST, o)) for o in last),
    ]
    return frame.select(pl.coalesce(readings).alias(name)).to_series()


def without_time(text: pl.Expr) -> pl.Expr:
    """Return ``text`` without a time of day at its end."""
    return text.str.replace(_TIME, "")


def _standardiser(rules: Rules) -> Callable[[pl.Series], pl.DataFrame]:
    def standardise(raw: pl.Series) -> pl.DataFrame:
        text = clean_text(raw.str.normalize("NFKC"))
        frame = pl.DataFrame([text, read_dates(text, rules.date_order).alias("read")])
        frame = frame.with_columns(without_time(pl.col("raw")).alias("months"))
        given, read = pl.col("raw").is_not_null(), pl.col("read")
        own = rules.placeholders.get("birth_date", frozenset())
        zeros = pl.col("months").str.contains(r"^[0\s./\-]+$|^0000|^(\d)+(?:0000)$")
        repeated = pl.col("months").str.replace_all(r"\D", "").is_in(["11111111", "99999999"])
        filler = is_placeholder(pl.col("raw"), own) | read.is_in(sorted(PLACEHOLDER_DATES))
        filler = filler.fill_null(False) | (given & (zeros | repeated)).fill_null(False)
        latest = read < _BEYOND if rules.today is None else read <= rules.today
        usable = ((read >= EARLIEST) & latest).fill_null(False)
        return frame.select(
            pl.when(usable & ~filler).then("read").alias("birth_date"),
            filler.alias(flag(PLACEHOLDER, "birth_date")),
            (given & ~filler & ~usable).alias(flag(INVALID, "birth_date")),
        )

    return standardise


def _reading(shape: str, order: str) -> pl.Expr:
    at = {letter: order.index(letter) + 1 for letter in "ymd"}
    year, month, day = (pl.col("parts").str.extract(shape, at[x]) for x in "ymd")
    iso = pl.concat_str(full_year(year), month.str.zfill(2), day.str.zfill(2), separator="-")
    return iso.str.to_date("%Y-%m-%d", strict=False)


def _plausible(read: pl.Expr) -> pl.Expr:
    return pl.when(read.is_between(EARLIEST, _BEYOND) | read.is_in(sorted(PLACEHOLDER_DATES))).then(
        read
    )
