"""Phone numbers that a pattern alone turns into E.164, as the phonenumbers library would do it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import phonenumbers
import polars as pl

_PLAIN_CHARACTERS = r"^\+?[0-9 ().\-]*[0-9][0-9 ().\-]*$"
_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
_ANY_CODE = rf"^\+({'|'.join(str(code) for code in _CODES)})"


@dataclass(frozen=True)
class _Shape:
    """How the numbers of a region look: calling code, national number, and what goes before it.

    ``prefix`` is what a national number may start with, ``prefixes`` all that a parser takes off;
    ``not_national`` are the beginnings that may be a calling code or a way to dial abroad.
    """

    code: str
    number: str
    lengths: tuple[int, ...]
    prefix: str
    prefixes: tuple[str, ...]
    not_national: str


def plain_numbers(raw: pl.DataFrame) -> pl.Series:
    """Return E.164 for the plain numbers of ``raw`` (``value``, ``country``); null for all others.

    Plain is what is written with digits, spaces, dots, dashes, round brackets and a leading plus,
    and fits the national number pattern of its country, whose prefix rules are simple.
    """
    value = pl.col("value")
    packed = value.str.replace_all(r"[ ().\-]+", "")
    frame = raw.select(
        pl.when(value.str.contains(_PLAIN_CHARACTERS)).then(packed).alias("packed"), "country"
    ).with_row_index("row")
    # a national number counts only if it is recognised again by what it becomes
    abroad = frame.filter(pl.col("packed").str.starts_with("+")).select("row", "packed")
    plain = _international(pl.concat([abroad, _national(frame)]))
    joined = frame.select("row").join(plain, on="row", how="left", maintain_order="left")
    return joined["plain"]


def _international(numbers: pl.DataFrame) -> pl.DataFrame:
    coded = numbers.with_columns(pl.col("packed").str.extract(_ANY_CODE, 1).alias("code"))
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "plain": pl.String})]
    for (code,), part in coded.drop_nulls("code").partition_by("code", as_dict=True).items():
        shape = _shape(phonenumbers.region_code_for_country_code(int(str(code))))
        if shape is not None:
            number = pl.col("packed").str.slice(len(shape.code) + 1)
            kept = part.filter(_fits(number, shape))
            parts.append(kept.select("row", pl.col("packed").alias("plain")))
    return pl.concat(parts)


def _national(frame: pl.DataFrame) -> pl.DataFrame:
    here = frame.filter(pl.col("packed").str.contains(r"^[0-9]") & pl.col("country").is_not_null())
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "packed": pl.String})]
    for (country,), part in here.partition_by("country", as_dict=True).items():
        shape = _shape(str(country))
        if shape is not None:
            digits = pl.col("packed")
            number = digits.str.strip_prefix(shape.prefix) if shape.prefix else digits
            kept = part.filter(
                _fits(number, shape) & ~digits.str.contains(rf"^(?:{shape.not_national})")
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
    pattern = number.national_number_pattern
    return _Shape(code, pattern, number.possible_length, prefix, prefixes, not_national)
