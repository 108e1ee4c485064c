"""Checks of single settings: names, countries, time zones, encodings, delimiters, schedules.

Each takes what the YAML said and returns the value to keep, or raises ``ValueError`` with a
sentence that a user can act on. What is not text is passed on: pydantic says what was expected.
"""

from __future__ import annotations

import codecs
import re
from decimal import Decimal
from functools import cache
from glob import has_magic
from typing import Any

import pycountry

from omni_identity.channels.fetching.fetched_places import STORES, scheme_of
from omni_identity.channels.time_zones import known_time_zones
from omni_identity.model.attributes import attribute_kinds
from omni_identity.model.errors import nearest

NAME = re.compile(r"[a-z][a-z0-9_]*")
_ENCODINGS = (
    *("utf-8", "utf-16", "utf-32", "ascii", "latin-1", "iso-8859-1", "iso-8859-15", "cp1252"),
    *("windows-1252", "cp1250", "cp1251", "cp437", "cp850", "mac-roman", "koi8-r", "gb18030"),
    *("shift_jis", "euc-jp", "euc-kr", "big5"),
)
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR", "USA": "US"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
_CRON_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def name(value: Any) -> Any:
    """A name: lower-case letters, digits and underscores, a letter first."""
    if isinstance(value, str) and not NAME.fullmatch(value):
        suggestion = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_").lstrip("0123456789_")
        hint = f" Did you mean '{suggestion}'?" if NAME.fullmatch(suggestion) else ""
        raise ValueError(
            f"'{value}' must be lower-case letters, digits and underscores, starting with a "
            f"letter.{hint}"
        )
    return value


def files(value: Any) -> Any:
    """A glob: a path, or a URL of an object store with the bucket's own name in it."""
    scheme = scheme_of(value) if isinstance(value, str) else None
    if scheme is None:
        return value
    if scheme not in STORES:
        known = ", ".join(f"{known}://" for known in STORES)
        near = nearest(scheme, STORES)
        raise ValueError(f"files are fetched from {known}, not from {scheme}://.{near}")
    bucket, _, key = value[len(scheme) + 3 :].partition("/")
    parts = key.split("/")
    if not bucket or has_magic(bucket) or any(part in ("", ".", "..") for part in parts):
        raise ValueError(
            f"must be {scheme}://BUCKET/FOLDER/*.csv: a bucket or container without wildcards, and a name or a"
            " wildcard between every two slashes"
        )
    return value


def country(value: Any) -> Any:
    """An ISO 3166-1 alpha-2 country code, returned in upper case."""
    if not isinstance(value, str):
        return value
    code = value.strip().upper()
    if pycountry.countries.get(alpha_2=code) is not None and len(code) == 2:
        return code
    raise ValueError(f"unknown country '{value}'.{_country_hint(value, code)}")


def _country_hint(value: str, code: str) -> str:
    if code in _COUNTRY_HABITS:
        return f" Did you mean '{_COUNTRY_HABITS[code]}'?"
    try:
        return f" Did you mean '{pycountry.countries.lookup(value).alpha_2}'?"
    except LookupError:
        return nearest(code, _countries()) or " It must be an ISO code such as 'US'."


@cache
def _countries() -> tuple[str, ...]:
    return tuple(c.alpha_2.lower() for c in pycountry.countries)


def attribute_kind(value: Any) -> Any:
    """A kind of attribute, which there is a module of."""
    kinds = attribute_kinds()
    if isinstance(value, str) and value not in kinds:
        known = "; ".join(f"{name} ({words.rstrip('.')})" for name, words in kinds.items())
        raise ValueError(f"must be one of these, not '{value}'.{nearest(value, kinds)} {known}")
    return value


def timezone(value: Any) -> Any:
    """An IANA time zone such as ``Europe/Berlin``."""
    if isinstance(value, str) and value not in known_time_zones():
        by_lower = {zone.lower(): zone for zone in sorted(known_time_zones())}
        near = nearest(value, by_lower)
        for lower, zone in by_lower.items():
            near = near.replace(f"'{lower}'", f"'{zone}'")
        raise ValueError(f"unknown time zone '{value}'.{near}")
    return value


def currency(value: Any) -> Any:
    """An ISO 4217 currency code, returned in upper case; raises ``ValueError`` for any other text."""
    if not isinstance(value, str):
        return value
    code = value.strip().upper()
    if len(code) == 3 and pycountry.currencies.get(alpha_3=code) is not None:
        return code
    codes = [currency.alpha_3 for currency in pycountry.currencies]
    hint = nearest(code, codes) or " It must be an ISO 4217 code such as 'USD'."
    raise ValueError(f"unknown currency '{value}'.{hint}")


def rate(value: Decimal) -> Decimal:
    """A rate between currencies that does not make an amount vanish."""
    if value < Decimal("1e-12"):
        raise ValueError(f"{value:.3g} is too small for a rate")
    return value


_OF_NO_FILE = frozenset(["idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"])
"""Python's encodings of names and of source code: a file in one of them cannot be taken apart line by line."""


def encoding(value: Any) -> Any:
    """A text encoding that Python knows."""
    if not isinstance(value, str):
        return value
    try:
        info = codecs.lookup(value)
    except (LookupError, ValueError):
        info = None
    if info is None or not getattr(info, "_is_text_encoding", True) or info.name in _OF_NO_FILE:
        raise ValueError(f"unknown encoding '{value}'.{nearest(value, _ENCODINGS)}")
    return value


def delimiter(value: Any) -> Any:
    """One character that separates fields; the word ``tab`` stands for a tab."""
    if not isinstance(value, str):
        return value
    value = {"tab": "\t", "\\t": "\t"}.get(value.lower(), value)
    if len(value) != 1 or not value.isascii() or value.isalnum() or value in '"\r\n\0':
        raise ValueError(
            "must be one character such as ',' ';' '|' or the word tab, and no letter, digit, "
            "quote or line end"
        )
    return value


def columns(value: Any) -> Any:
    """A column or a list of columns, as a list."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple) and value:
        return value
    raise ValueError("must be a column or a list of columns (put a number in quotes)")


def cron(value: Any) -> Any:
    """A schedule of five cron fields: minute, hour, day of month, month, day of week."""
    if not isinstance(value, str):
        return value
    parts = value.split()
    if len(parts) != len(_CRON_FIELDS):
        raise ValueError(
            f"'{value}' must have five fields: minute, hour, day of month, month, day of week, "
            "as in '0 3 * * *'"
        )
    for text, field in zip(parts, _CRON_FIELDS, strict=True):
        if not all(_cron_part_holds(part, field) for part in text.lower().split(",")):
            label, low, high, _ = field
            raise ValueError(f"'{text}' is no {label} ({low} to {high})")
    return value


def _cron_part_holds(part: str, field: tuple[str, int, int, Any]) -> bool:
    """Whether ``*``, ``3``, ``1-5``, ``*/10`` or ``mon-fri`` fits the field."""
    _, low, high, words = field
    match = _CRON_PART.fullmatch(part)
    if match is None:
        return False
    numbers = []
    for text in match.group(1, 2):
        if text is None:
            continue
        if text in words:
            numbers.append(words.index(text) + (1 if len(words) == 12 else 0))
        elif text.isascii() and text.isdigit():
            numbers.append(int(text))
        else:
            return False
    step = match.group(3)
    in_range = all(low <= number <= high for number in numbers)
    return in_range and numbers == sorted(numbers) and (step is None or int(step) > 0)


def in_snake_case(word: str) -> str:
    """``E-mail opened!`` to ``e_mail_opened``; null-like when nothing is left."""
    letters = (c if c.isalnum() else " " for c in word.lower())
    return "_".join("".join(letters).split())
