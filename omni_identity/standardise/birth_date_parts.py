"""Parts of a birth date: year, month, month and day, where no whole day is written or the calendar lacks it."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.month_names import WORDS_OF_DATES
from omni_identity.standardise.rules import DateOrder

EARLIEST_YEAR, LATEST_YEAR = "1500", "2099"
BIRTHDAY_YEAR = "1604"
"""Address books write a birthday without a year into this one."""
_EPOCH_YEAR = "1900"
"""Alone it is a program's zero."""

_UNKNOWN = r"[?*_]{2,}|\bx{2,4}\b"
_ABOUT = r"^(?:c|ca|circa|abt|about|around|um|vers|born|b|n|~|\*)\.?\s*(\d)|(\d)\s*\?$"
_GAP = r"\s?[./\-\s]\s?"
_THREE = rf"^(\d{{1,4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,4}})$"
_PACKED = r"^(\d{4})(\d{2})(\d{2})$"
_YEAR_MONTH = rf"^(\d{{4}}){_GAP}(\d{{1,2}})$"
_MONTH_YEAR = rf"^(\d{{1,2}}){_GAP}(\d{{4}})$"
_YEAR = r"^(\d{4})(?:\.0+)?$"
_TWO = r"^(\d{1,2})\s?[/\-]\s?(\d{1,2})$"
_TWO_DOTTED = r"^(\d{1,2})\.\s?(\d{1,2})\.$"
_BIRTHDAY = r"^--(\d{2})-?(\d{2})$"
_CJK = {"年": "-", "년": "-", "月": "-", "월": "-", "日": "", "일": ""}


def read_date_parts(texts: pl.Series, order: DateOrder, dotted_order: DateOrder) -> pl.DataFrame:
    """Return ``birth_year`` (``1985``), ``birth_month_day`` (``03-14``, or ``03`` where only the month is known)
    and ``is_impossible`` of texts that are no whole date: lower-case, clean, without a time of day.

    Null is what is not written, or stands for "not known" (``00``, ``??``, ``xx``). ``is_impossible`` is true
    where a whole day is written that the calendar does not have (31 April): the year stands, and the month where
    it is sound. ``order`` decides 03/04, ``dotted_order`` 03.04. Years from 1500 to 2099 are read.
    """
    text = texts.str.replace_all(_UNKNOWN, "0").str.replace(_ABOUT, "${1}${2}")
    text = text.str.replace_many(_CJK).str.strip_chars_end("- ").alias("text")
    frame = text.to_frame().select(_written(order, dotted_order))
    if texts.str.contains(r"\pL").any():
        named = text.to_frame().select(_with_month_name())
        frame = frame.select(
            pl.coalesce(pl.col(name), named[name]).alias(name) for name in frame.columns
        )
    return frame.select(_sound())


def _written(order: DateOrder, dotted_order: DateOrder) -> list[pl.Expr]:
    """The digits of ``year``, ``month`` and ``day`` in a text of digits and separators."""
    text = pl.col("text")
    by_order = (
        pl.when(text.str.contains(".", literal=True))
        .then(dotted_order == "mdy")
        .otherwise(order == "mdy")
    )
    year_first = pl.lit(True)
    three, two, dotted, packed, year_month, month_year, birthday = (
        [text.str.extract(shape, i) for i in (1, 2, 3)]
        for shape in (_THREE, _TWO, _TWO_DOTTED, _PACKED, _YEAR_MONTH, _MONTH_YEAR, _BIRTHDAY)
    )
    a, b, c = three
    starts = a.str.len_bytes() == 4
    ends = (c.str.len_bytes() == 4) & (a.str.len_bytes() <= 2)
    pairs = [
        _month_and_day(pl.when(starts).then(b), c, year_first),
        _month_and_day(pl.when(ends).then(a), b, by_order),
        _month_and_day(packed[1], packed[2], year_first),
        _month_and_day(two[0], two[1], by_order),
        _month_and_day(dotted[0], dotted[1], by_order),
        (birthday[0], birthday[1]),
    ]
    years = (
        *(pl.when(starts).then(a), pl.when(ends).then(c)),
        *(packed[0], year_month[0], month_year[1], text.str.extract(_YEAR)),
    )
    months = (*(month for month, _ in pairs), year_month[1], month_year[0])
    return [
        pl.coalesce(years).alias("year"),
        pl.coalesce(months).alias("month"),
        pl.coalesce(day for _, day in pairs).alias("day"),
    ]


def _month_and_day(one: pl.Expr, two: pl.Expr, one_is_month: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Which of two numbers is the month, which the day, null where ``one`` is; a number above 12 is no month if the
    other can be."""
    month = pl.when(one_is_month).then(one).otherwise(two)
    day = pl.when(one_is_month).then(two).otherwise(one)
    is_swapped = (month.cast(pl.Int32) > 12) & day.cast(pl.Int32).is_between(1, 12)
    ordered = (
        pl.when(is_swapped).then(day).otherwise(month),
        pl.when(is_swapped).then(month).otherwise(day),
    )
    first, second = (pl.when(one.is_not_null()).then(part) for part in ordered)
    return first, second


def _with_month_name() -> list[pl.Expr]:
    """The digits of ``year``, ``month`` and ``day`` in a text that names the month."""
    words = pl.col("text").str.extract_all(r"\p{L}+")
    numbers = pl.col("text").str.extract_all(r"\d+")
    meant = words.list.eval(
        pl.element().replace_strict(WORDS_OF_DATES, default=-1, return_dtype=pl.Int64)
    )
    months = meant.list.eval(pl.element().filter(pl.element() > 0)).list.unique()
    is_read = (
        ~meant.list.contains(-1) & (months.list.len() == 1) & numbers.list.len().is_between(1, 2)
    )
    is_year = pl.element().str.len_bytes() == 4
    year = numbers.list.eval(pl.element().filter(is_year)).list.get(0, null_on_oob=True)
    day = numbers.list.eval(pl.element().filter(~is_year)).list.get(0, null_on_oob=True)
    found = {
        "year": year,
        "month": months.list.get(0, null_on_oob=True).cast(pl.String),
        "day": day,
    }
    return [pl.when(is_read).then(part).alias(name) for name, part in found.items()]


def _sound() -> list[pl.Expr]:
    """Of digits, what a birth date can have; nothing of a whole day, which was not read for what stands around it."""
    year = pl.col("year")
    month, day = (pl.col(name).str.zfill(2) for name in ("month", "day"))
    is_month = month.cast(pl.Int32, strict=False).is_between(1, 12).fill_null(False)
    of_year = pl.when(year.is_between(pl.lit(EARLIEST_YEAR), pl.lit(LATEST_YEAR))).then(year)
    # 29 February is a day of some year
    on = pl.concat_str(pl.coalesce(of_year, pl.lit("2000")), month, day, separator="-")
    is_day = on.str.to_date("%Y-%m-%d", strict=False).is_not_null().fill_null(False)
    is_unread = is_day & of_year.is_not_null()
    is_zero = (of_year == BIRTHDAY_YEAR) | ((of_year == _EPOCH_YEAR) & ~is_month)
    # a month alone says next to nothing
    month_day = (
        pl.when(is_day)
        .then(pl.concat_str(month, day, separator="-"))
        .when(is_month & of_year.is_not_null())
        .then(month)
    )
    return [
        pl.when(~is_unread & ~is_zero).then(of_year).alias("birth_year"),
        pl.when(~is_unread).then(month_day).alias("birth_month_day"),
        ((month > "00") & (day > "00") & ~is_day).fill_null(False).alias("is_impossible"),
    ]
