"""Month names in English, German, Spanish, French, Italian, Polish and Russian, as numbers."""

from __future__ import annotations

import polars as pl

_MONTHS: tuple[str, ...] = (
    "jan january januar jänner enero ene janvier gennaio stycznia styczeń января",
    "feb february februar feber febrero février fevrier febbraio lutego luty февраля",
    "mar march märz maerz mrz mär marzo mars marca marzec марта",
    "apr april abril abr avril aprile kwietnia kwiecień апреля",
    "may mai mayo maggio maja maj мая",
    "jun june juni junio juin giugno czerwca czerwiec июня",
    "jul july juli julio juillet luglio lipca lipiec июля",
    "aug august agosto ago août aout sierpnia sierpień августа",
    "sep sept september septiembre setiembre septembre settembre września wrzesień сентября",
    "oct october okt oktober octubre octobre ottobre października październik октября",
    "nov november noviembre novembre listopada listopad ноября",
    "dec december dez dezember diciembre dic décembre dicembre grudnia grudzień декабря",
)
_NUMBERS = {name: i for i, names in enumerate(_MONTHS, start=1) for name in names.split()}
PIVOT = 25
"""Two-digit years up to this are 20xx, later ones 19xx. Fixed, so that a date never changes by itself."""

_WORD = r"(\p{L}{3,})"
_DAY_FIRST = r"^([0-9]{1,2})(?:st|nd|rd|th|[.ºª])?[\s.,/\-]*\p{L}+[\s.,/\-]*([0-9]{4}|[0-9]{2})\b"
_MONTH_FIRST = r"^\p{L}+[\s.,/\-]*([0-9]{1,2})(?:st|nd|rd|th)?[\s.,/\-]+([0-9]{4}|[0-9]{2})\b"
_YEAR_FIRST = r"^([0-9]{4})[\s.,/\-]*\p{L}+[\s.,/\-]*([0-9]{1,2})\b"
_NOISE = r"\b(?:de|del|of|the)\b|(?:^|\s)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s"


def numbered_months(text: pl.Expr) -> pl.Expr:
    """Return ``text`` with a date that names its month as ``YYYY-MM-DD``, what follows it kept.

    ``March 12, 1985`` and ``12. März 85`` become ``1985-03-12``; text without a month name is
    returned as it is.
    """
    lower = text.str.to_lowercase().str.replace_all(_NOISE, " ").str.strip_chars(" ")
    month = lower.str.extract(_WORD, 1).replace_strict(_NUMBERS, default=None)
    number = month.cast(pl.String).str.zfill(2)
    written = pl.coalesce(
        pl.concat_str(
            full_year(lower.str.extract(shape, year)),
            number,
            lower.str.extract(shape, day).str.zfill(2),
            separator="-",
        )
        for shape, day, year in ((_YEAR_FIRST, 2, 1), (_DAY_FIRST, 1, 2), (_MONTH_FIRST, 1, 2))
    )
    clock = lower.str.extract(r"(?:\d|\s)([t\s]\d{1,2}:\d{2}.*)$", 1).fill_null("")
    return pl.when(month.is_not_null()).then(pl.concat_str(written, clock)).otherwise(text)


def full_year(digits: pl.Expr) -> pl.Expr:
    """Return a year of two or four digits as four digits (see ``PIVOT``)."""
    century = pl.when(digits.cast(pl.Int32, strict=False) <= PIVOT).then(pl.lit("20"))
    short = pl.concat_str(century.otherwise(pl.lit("19")), digits)
    return pl.when(digits.str.len_bytes() == 2).then(short).otherwise(digits)
