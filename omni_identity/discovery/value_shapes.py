"""Value shapes: what share of a column's values reads as an e-mail address, a time, a name and so on.

The product's own parsers decide, so that what is said here is what a run makes of the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from omni_identity.channels.numbers import parse_numbers
from omni_identity.channels.settings_checks import currency
from omni_identity.channels.timestamps import order_of_dates, parse_timestamps
from omni_identity.model.placeholders import PLACEHOLDER_WORDS
from omni_identity.standardise.consent import standardise_consent
from omni_identity.standardise.country import standardise_country
from omni_identity.standardise.email import standardise_emails
from omni_identity.standardise.gender import standardise_gender
from omni_identity.standardise.given_names import family_names, given_names
from omni_identity.standardise.script import comparison_key

FEW = 40
"""A column with no more different values than these may be one of words that stand for something."""
_PHONE = r"^[('\s]*(?:\+|00)?[(\d][\d\s()./\-–]{5,24}\d(?:\.0)?\)?(?:\s*(?:x|ext\.?)\s*\d+)?\s*$"
_INTERNATIONAL = r"^[('\s]*(?:\+|00)[\s(]*[1-9]"
_SPACED_DIGITS = r"\d[\s/()\-–]\(?\d"
_POSTCODE = (
    r"(?i)^'?(?:[a-z]{1,2}[- ])?(?:\d{4,5}|\d{5}-\d{3,4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|\d{4} ?[a-z]{2}"
    r"|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})(?:\.0)?$"
)
_SEPARATED_DATE = r"\d[./\-]\d|\d{4}-\d|\d\s*[[:alpha:]]{3,}\.?\s*,?\s*\d|^[[:alpha:]]{3}.*\d:\d\d"
_CLOCK = r"\d:\d\d"
_TIME_OF_DAY = r"(?i)^\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?$"
_MONEY_SIGN = r"(?i)[€$£¥]|\b(?:eur|usd|gbp|pln|chf|zł|sek|brl|r\$)\b"
_DECIMAL = r"\d[.,]\d{1,2}\D*$"
_WEB = r"(?i)^(?:https?://|www\.)"
_UUID = r"(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"
_IP = r"^\d{1,3}(?:\.\d{1,3}){3}$"
_WORDS = r"^[\p{L}][\p{L}'’.\-]*(?:[ ,]+[\p{L}'’.\-]+){0,5}$"
_STREET = r"(?i)\p{L}{3,}.*\d|\d.*\p{L}{3,}"
_HOUSE = r"(?i)^\d{1,5}\s?[a-z]?(?:\s?[-/]\s?\d{0,4}\s?[a-z]?)?$"
_HANDLE = r"^@?[A-Za-z0-9_.]{3,32}$"
_IDENTIFIER = r"^'?[\p{L}\d][\p{L}\d\-_./#]{0,63}$"
_OF_PERSONS = ("email", "phone", "given", "street", "time")
_TWO_ORDERS = r"^\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b"
_EPOCH = r"^\d{9,10}(?:\.\d+)?$|^1\d{12}$|^1\d{15}$"


@dataclass(frozen=True)
class ValueShapes:
    """What the values of one column look like; shares are of its filled values, 0 to 1.

    ``filled``: how many of ``looked_at`` rows have a value. ``distinct``: different values among them.
    ``words``: how often each value occurs, of a column that has few; never those of a column of names,
    addresses or numbers. ``date_order``: how its dates are written, where they tell.
    ``is_order_needed``: it has dates like 03/04/2024.
    """

    looked_at: int = 0
    filled: int = 0
    distinct: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    date_order: str | None = None
    is_order_needed: bool = False

    def share(self, kind: str) -> float:
        """The share of values of this kind; 0 where there are none."""
        return self.shares.get(kind, 0.0)

    @property
    def uniqueness(self) -> float:
        """Different values per filled one; 0 without any."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def is_key(self) -> bool:
        """Whether every row has a value, and each another one, as far as was looked."""
        return 0 < self.looked_at == self.filled == self.distinct


def look_at_columns(rows: pl.DataFrame) -> dict[str, ValueShapes]:
    """What the values of every column of a frame of texts look like; each different value is judged once.

    Blank values and words that stand for nothing are not filled.
    """
    names = rows.columns
    if not names:
        return {}
    value = pl.col("value").str.strip_chars()
    long = rows.rename({name: str(i) for i, name in enumerate(names)}).unpivot(
        variable_name="column", value_name="value"
    )
    is_filled = (value != "") & ~value.str.to_lowercase().is_in(sorted(PLACEHOLDER_WORDS))
    counts = (
        long.with_columns(value)
        .filter(is_filled)
        .group_by("column", "value", maintain_order=True)
        .agg(pl.len().alias("n"))
    )
    distinct = counts["value"].unique(maintain_order=True)
    masks = pl.DataFrame({kind: mask.fill_null(False) for kind, mask in _masks(distinct).items()})
    kinds = masks.columns
    judged = counts.join(masks.with_columns(distinct.alias("value")), on="value", how="left")
    shares = judged.group_by("column").agg(
        pl.col("n").sum().alias("filled"),
        pl.len().alias("distinct"),
        *((pl.col(kind) * pl.col("n")).sum().truediv(pl.col("n").sum()).round(4) for kind in kinds),
    )
    found = {row["column"]: row for row in shares.iter_rows(named=True)}
    by_column = {str(key[0]): part for key, part in counts.group_by("column", maintain_order=True)}
    return {
        name: _shapes(rows.height, found.get(str(i)), by_column.get(str(i)), kinds)
        for i, name in enumerate(names)
    }


def has_dates_of_two_orders(values: pl.Series) -> bool:
    """Whether one of the texts is a date that reads in two ways, if dates they are."""
    return bool(values.str.strip_chars().str.contains(_TWO_ORDERS).any())


def _shapes(
    looked_at: int, found: Mapping[str, Any] | None, counts: pl.DataFrame | None, kinds: list[str]
) -> ValueShapes:
    if found is None or counts is None:
        return ValueShapes(looked_at=looked_at)
    shares = {kind: float(found[kind]) for kind in kinds}
    is_wordy = found["distinct"] <= FEW and not any(shares[kind] > 0.1 for kind in _OF_PERSONS)
    values = counts["value"]
    is_needed = has_dates_of_two_orders(values)
    words = counts.sort("n", descending=True, maintain_order=True) if is_wordy else None
    return ValueShapes(
        looked_at=looked_at,
        filled=found["filled"],
        distinct=found["distinct"],
        shares=shares,
        words={} if words is None else dict(zip(words["value"], words["n"], strict=True)),
        date_order=order_of_dates(values) if is_needed else None,
        is_order_needed=is_needed,
    )


def _masks(values: pl.Series) -> dict[str, pl.Series]:
    """Which of the distinct values are of which kind."""
    contains = values.str.contains
    digits = values.str.count_matches(r"\d")
    order = order_of_dates(values) or "dmy"
    may_be_time = contains(r"\d") & (values.str.len_chars() <= 48)
    instants = values.to_frame("v").select(pl.when(may_be_time).then("v")).to_series()
    instants = parse_timestamps(instants, "UTC", order)
    times = instants.is_not_null()
    numbers = parse_numbers(values)
    is_separated = contains(_SEPARATED_DATE) & ~contains(_IP)
    is_epoch = contains(_EPOCH) & times
    is_phone = (
        contains(_PHONE) & digits.is_between(7, 15) & ~(times & is_separated) & ~contains(_IP)
    )
    emails = standardise_emails(values.str.replace(r"(?i)^mailto:", "").str.strip_chars("<>; "))
    consents = standardise_consent(values.alias("raw"), "c")["c"]
    genders = standardise_gender(values.alias("raw"))["gender"]
    countries = standardise_country(values.alias("raw"))["country"]
    names = _name_masks(values)
    return {
        "email": emails.is_not_null(),
        "at_sign": contains("@", literal=True),
        "phone": is_phone,
        "international": is_phone & contains(_INTERNATIONAL),
        "spaced_digits": contains(_SPACED_DIGITS) & is_phone,
        "time": times & is_separated,
        "epoch": is_epoch,
        "clock": times & is_separated & contains(_CLOCK),
        "time_of_day": contains(_TIME_OF_DAY),
        "past_birth": times & is_separated & (instants.dt.year() < 2012),
        "compact_date": contains(r"^(?:19|20)\d{6}$") & times,
        "number": numbers.is_not_null() & ~(times & is_separated),
        "decimal": numbers.is_not_null() & contains(_DECIMAL) & ~(times & is_separated),
        "money_sign": numbers.is_not_null() & contains(_MONEY_SIGN),
        "whole": contains(r"^-?\d{1,6}(?:\.0+)?$"),
        "postcode": contains(_POSTCODE),
        "country": countries.is_not_null() & contains(r"\p{L}"),
        "currency": _currencies(values),
        "gender": genders.is_not_null(),
        "yes_or_no": consents.is_not_null(),
        "web": contains(_WEB),
        "uuid": contains(_UUID),
        "ip": contains(_IP),
        "letters": contains(r"\p{L}"),
        "digits": digits > 0,
        "street": contains(_STREET) & ~contains("@", literal=True) & ~times & contains(" "),
        "house": contains(_HOUSE),
        "handle": contains(_HANDLE) & contains(r"[A-Za-z]"),
        "identifier": contains(_IDENTIFIER),
        "long": values.str.len_chars() > 80,
        **names,
    }


def _name_masks(values: pl.Series) -> dict[str, pl.Series]:
    """Words that may be a name, of how many parts, and which parts are common names."""
    is_name = values.str.contains(_WORDS)
    keys = comparison_key(values.alias("raw")).alias("key")
    words = keys.str.split(" ")
    frame = pl.DataFrame({"key": keys, "words": words})
    given, family = sorted(given_names()), sorted(family_names())
    found = frame.select(
        pl.col("words").list.eval(pl.element().is_in(given)).list.any().alias("given"),
        pl.col("words").list.eval(pl.element().is_in(family)).list.any().alias("family"),
        (pl.col("words").list.len() > 1).alias("several"),
        pl.col("words").list.first().is_in(given).alias("given_first"),
    )
    return {
        "name": is_name,
        "several_words": is_name & found["several"],
        "given": is_name & found["given"],
        "family": is_name & found["family"],
        "comma": values.str.contains(r"^[^,]+,[^,]+$"),
    }


def _currencies(values: pl.Series) -> pl.Series:
    codes = values.str.strip_chars()
    short = codes.filter(codes.str.contains(r"^[A-Za-z]{3}$")).unique().to_list()
    known = [code for code in short if _is_currency(code)]
    return codes.is_in([*known, "€", "$", "£", "zł", "R$", "CHF"])


def _is_currency(code: str) -> bool:
    try:
        return bool(currency(code))
    except ValueError:
        return False
