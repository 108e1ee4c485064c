"""Phone numbers that a pattern alone turns into E.164, as the phonenumbers library would do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl

_PLAIN_CHARACTERS = r"^\+?[0-9 ().\-]*[0-9][0-9 ().\-]*$"
_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
_ANY_CODE = rf"^\+({'|'.join(str(code) for code in _CODES)})"
_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number"),
    *("voip", "pager", "uan", "voicemail"),
)
_NEVER = "[^0-9]"
WITHOUT_PLUS = r"^[1-9][0-9]{7,14}$"
"""Digits that may be an international number whose plus is missing."""
LONG = 11
"""Digits from which a number without a plus and a trunk prefix is rather an international one."""
ONE_FORM = (
    (r"^\+521([0-9]{10})$", "+52${1}"),
    (r"^\+549([0-9]{10})$", "+54${1}"),
    (r"^\+55([1-9][0-9])([6-9][0-9]{7})$", "+55${1}9${2}"),
)
"""Numbers that are written in two forms, and the one that they get."""


@dataclass(frozen=True)
class _Shape:
    """How the numbers of a region look: calling code, national number, and what goes before it.

    ``prefix`` is what a national number may start with, ``prefixes`` all that a parser takes off;
    ``not_national`` are the beginnings that may be a calling code or a way to dial abroad. ``mobile`` and
    ``in_use`` are what numbers of mobiles, and of anything, really begin with.
    """

    code: str
    number: str
    lengths: tuple[int, ...]
    prefix: str
    prefixes: tuple[str, ...]
    not_national: str
    mobile: str
    in_use: str


def plain_numbers(raw: pl.DataFrame, are_whatsapp: bool = False) -> pl.Series:
    """Return E.164 for the plain numbers of ``raw`` (``value``, ``country``); null for all others.

    Plain is what is written with digits, spaces, dots, dashes, round brackets and a leading plus,
    and fits the national number pattern of its country, whose prefix rules are simple. ``are_whatsapp``:
    see ``phone.parsed``; only what has a plus or is long enough is plain then.
    """
    value = pl.col("value")
    packed = value.str.replace_all(r"[ ().\-]+", "")
    frame = raw.select(
        pl.when(value.str.contains(_PLAIN_CHARACTERS)).then(packed).alias("packed"), "country"
    ).with_row_index("row")
    is_bare = pl.col("packed").str.contains(WITHOUT_PLUS).fill_null(False)
    is_long = is_bare & (pl.col("packed").str.len_bytes() >= LONG)
    plus = pl.concat_str(pl.lit("+"), "packed").alias("packed")
    # a national number counts only if it is recognised again by what it becomes
    abroad = frame.filter(pl.col("packed").str.starts_with("+")).select("row", "packed")
    if are_whatsapp:
        certain = _international(frame.filter(is_long).select("row", plus), in_use=True)
        national = _national(frame.filter(~is_bare), _fits)
        parts = [certain, _international(pl.concat([abroad, national]))]
    else:
        here = _national(frame.filter(is_long), _is_of_home)
        national = pl.concat([_national(frame.filter(~is_long), _fits), here])
        others = frame.filter(is_long).join(here, on="row", how="anti")
        others = others.filter(pl.col("country").is_in(_plain_regions()))
        certain = _international(others.select("row", plus), in_use=True)
        parts = [certain, _international(pl.concat([abroad, national]))]
    joined = frame.select("row").join(pl.concat(parts), on="row", how="left", maintain_order="left")
    return joined.select(in_one_form(pl.col("plain"))).to_series()


def in_one_form(number: pl.Expr) -> pl.Expr:
    """Return E.164 numbers in the one form of those that are written in two.

    Mexico's 1 and Argentina's 9 behind the calling code go; Brazilian mobiles of eight digits get the
    9 in front that all have had since 2016.
    """
    for pattern, form in ONE_FORM:
        number = number.str.replace(pattern, form)
    return number


def _international(numbers: pl.DataFrame, in_use: bool = False) -> pl.DataFrame:
    coded = numbers.with_columns(pl.col("packed").str.extract(_ANY_CODE, 1).alias("code"))
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "plain": pl.String})]
    for (code,), part in coded.drop_nulls("code").partition_by("code", as_dict=True).items():
        shape = _shape(phonenumbers.region_code_for_country_code(int(str(code))))
        if shape is not None:
            number = pl.col("packed").str.slice(len(shape.code) + 1)
            fits = _fits(number, shape)
            if in_use:
                fits &= number.str.contains(rf"^(?:{shape.in_use})$")
            parts.append(part.filter(fits).select("row", pl.col("packed").alias("plain")))
    return pl.concat(parts)


def _national(frame: pl.DataFrame, fits: Callable[[pl.Expr, _Shape], pl.Expr]) -> pl.DataFrame:
    here = frame.filter(pl.col("packed").str.contains(r"^[0-9]") & pl.col("country").is_not_null())
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "packed": pl.String})]
    for (country,), part in here.partition_by("country", as_dict=True).items():
        shape = _shape(str(country))
        if shape is not None:
            digits = pl.col("packed")
            number = digits.str.strip_prefix(shape.prefix) if shape.prefix else digits
            kept = part.filter(
                fits(number, shape) & ~digits.str.contains(rf"^(?:{shape.not_national})")
            )
            whole = pl.concat_str(pl.lit(f"+{shape.code}"), number)
            parts.append(kept.select("row", whole.alias("packed")))
    return pl.concat(parts)


def _fits(number: pl.Expr, shape: _Shape) -> pl.Expr:
    fits = number.str.contains(rf"^(?:{shape.number})$")
    fits &= number.str.len_bytes().cast(pl.Int64).is_in(shape.lengths)
    for prefix in shape.prefixes:
        fits &= ~number.str.starts_with(prefix)
    return fits


def _is_of_home(number: pl.Expr, shape: _Shape) -> pl.Expr:
    """Whether a long number without a plus is one of the shape's region: see ``phone.parsed``."""
    pattern = shape.mobile if shape.prefix.startswith("0") else shape.in_use
    return _fits(number, shape) & number.str.contains(rf"^(?:{pattern})$")


@cache
def _plain_regions() -> list[str]:
    return [r for r in sorted(phonenumbers.SUPPORTED_REGIONS) if _shape(r) is not None]


@cache
def _shape(region: str) -> _Shape | None:
    """Return the shape of a region's numbers; None where its rules are not simple."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.national_prefix_transform_rule is not None:
        return None
    before, number = metadata.national_prefix_for_parsing or "", metadata.general_desc
    prefixes = tuple(before.split("|")) if before else ()
    simple = all(p.isdigit() for p in prefixes)
    if not simple or (metadata.national_prefix or "") not in (prefixes or ("",)):
        return None
    if number is None or number.national_number_pattern is None:
        return None
    code, prefix = str(metadata.country_code), metadata.national_prefix or ""
    # where both the prefix and the calling code are 1, a leading 1 comes to the same either way
    others = [p for p in (*prefixes, code) if p != prefix]
    not_national = "|".join([metadata.international_prefix or "00", *others])
    # what begins otherwise in Italy may be a fixed line that lost its zero: the library sees
    pattern = "[03][0-9]+" if region == "IT" else number.national_number_pattern
    kinds = (getattr(metadata, name) for name in _KINDS)
    in_use = "|".join(k.national_number_pattern for k in kinds if k and k.national_number_pattern)
    mobile = metadata.mobile.national_number_pattern if metadata.mobile is not None else None
    lengths = number.possible_length
    return _Shape(
        code, pattern, lengths, prefix, prefixes, not_national, mobile or _NEVER, in_use or _NEVER
    )
