"""Addresses: street, house number, city, region and postcode, for reading and for comparing."""

from __future__ import annotations

import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_POSTCODES
from omni_identity.standardise.case import repair_case
from omni_identity.standardise.distinct import on_distinct, settle
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.script import comparison_key, fold
from omni_identity.standardise.street_words import shorten_street_words
from omni_identity.standardise.text import clean_text, collapse

_NUMBER = r"(\d{1,6} ?[a-z]?(?: ?[/\-] ?\d{1,5} ?[a-z]?)?(?: 1/2)?)"
_NUMBER_FIRST = rf"^(?:no\.? ?|nr\.? ?|# ?)?{_NUMBER}[\s,]+(.*\pL.*)$"
_NUMBER_LAST = rf"^(.*\pL.*?)[\s,]+(?:no\.? ?|nr\.? ?|n\.?[º°] ?|num\.? ?|# ?|д\.? ?)?{_NUMBER}$"
_UNIT = (
    r"[\s,]+(?:apt|apartment|unit|suite|ste|flat|room|rm|fl|floor|wohnung|whg|etage|stock|piso|"
    r"puerta|pta|bajo|lok|lokal|mieszkanie|kv|#)\b[.:]?[ #]*[\w\-]*"
    r"|,\s*\d{1,2} ?[oa]\b.*$|[\s,]+(?:#|m\.|kv\.) ?[\w\-]+|[\s,]+\d{1,2}(?:st|nd|rd|th) floor\b"
)
_UNIT_FIRST = r"^(?:apt|apartment|unit|suite|flat|room)[. #]+[\w\-]+[\s,]+"


def standardise_street(raw: pl.Series) -> pl.DataFrame:
    """Return ``street`` (display), ``street_key`` and ``house_number`` (lower case), and flags.

    The key holds the street alone: folded, usual words shortened, without house number and unit.
    """
    return on_distinct(raw, _street)


def standardise_city(raw: pl.Series) -> pl.DataFrame:
    """Return ``city`` (display) and ``city_key`` (folded words, "saint" as "st"), and flags."""
    return on_distinct(raw, _city)


def standardise_region(raw: pl.Series) -> pl.DataFrame:
    """Return ``region`` (two-letter codes in capitals, names in their case), and flags."""
    return on_distinct(raw, _region)


def standardise_postcode(raw: pl.Series, american: pl.Series) -> pl.DataFrame:
    """Return ``postcode``: capitals and digits only, and flags.

    Where ``american`` (Boolean) holds, nine digits are cut to five and lost leading zeros are put
    back; a hyphenated ZIP+4 is cut anywhere.
    """
    marked = pl.select(
        pl.when(american.fill_null(False)).then(pl.lit("1")).otherwise(pl.lit("0")) + raw
    ).to_series()
    return on_distinct(marked, _postcode)


def _flags(attribute: str, filler: pl.Expr, lost: pl.Expr) -> list[pl.Expr]:
    return [
        filler.fill_null(False).alias(flag(PLACEHOLDER, attribute)),
        (lost & ~filler).fill_null(False).alias(flag(INVALID, attribute)),
    ]


def _display(raw: pl.Series) -> pl.DataFrame:
    """Columns ``text`` (display or null) and ``filler`` of distinct place names."""
    shown = settle(raw.alias("text"), _shown)
    given = clean_text(raw).is_not_null()
    return pl.DataFrame([shown, (given & shown.is_null()).alias("filler")])


def _shown(raw: pl.Series) -> pl.Series:
    frame = clean_text(raw).alias("text").to_frame()
    frame = frame.select(collapse(pl.col("text").str.strip_chars(" ,;")).alias("text"))
    wordless = ~pl.col("text").str.contains(r"[\pL\pN]")
    filler = is_placeholder(pl.col("text")) | wordless
    return frame.select(pl.when(~filler).then(repair_case(pl.col("text")))).to_series()


def _street(raw: pl.Series) -> pl.DataFrame:
    frame = _display(raw)
    # a number that lost its space ("1884Holmes"), but not "5th"
    folded = fold(frame["text"]).str.replace(r"^([0-9]+)([a-z]{4,})", "${1} ${2}").alias("folded")
    bare = pl.col("folded").str.replace(_UNIT_FIRST, "").str.replace_all(_UNIT, "")
    bare = bare.str.strip_chars(" ,;")
    frame = frame.with_columns(folded).with_columns(bare.alias("bare"))
    bare = pl.col("bare")
    number = pl.coalesce(bare.str.extract(_NUMBER_FIRST, 1), bare.str.extract(_NUMBER_LAST, 2))
    name = pl.coalesce(bare.str.extract(_NUMBER_FIRST, 2), bare.str.extract(_NUMBER_LAST, 1), bare)
    frame = frame.with_columns(
        number.str.replace_all(" ", "", literal=True).alias("house_number"), name.alias("name")
    )
    key = shorten_street_words(comparison_key(shorten_dots(frame["name"]))).alias("street_key")
    return frame.with_columns(key).select(
        pl.col("text").alias("street"),
        "street_key",
        "house_number",
        *_flags("street", pl.col("filler"), pl.lit(False)),
    )


def shorten_dots(name: pl.Series) -> pl.Series:
    """Return folded street names with ``c/`` written as ``calle``."""
    return name.str.replace(r"^c/ ?", "calle ")


def _city(raw: pl.Series) -> pl.DataFrame:
    frame = _display(raw)
    key = comparison_key(frame["text"]).alias("city_key")
    key = key.str.replace_all(r"\bsaint\b", "st").str.replace_all(r"\bsankt\b", "st")
    return frame.with_columns(key).select(
        pl.col("text").alias("city"), "city_key", *_flags("city", pl.col("filler"), pl.lit(False))
    )


def _region(raw: pl.Series) -> pl.DataFrame:
    text = pl.col("text")
    code = text.str.contains(r"^[A-Za-z]{2}$")
    return _display(raw).select(
        pl.when(code).then(text.str.to_uppercase()).otherwise(text).alias("region"),
        *_flags("region", pl.col("filler"), pl.lit(False)),
    )


def _postcode(marked: pl.Series) -> pl.DataFrame:
    american = (marked.str.slice(0, 1) == "1").alias("american")
    text = clean_text(marked.str.slice(1).str.normalize("NFKC").alias("text"))
    given = pl.col("text")
    whole = given.str.to_uppercase().str.replace(r"^([0-9]+)\.0+$", "${1}")
    code = whole.str.replace(r"^([0-9]{5})[\s\-]+[0-9]{4}$", "${1}")
    code = code.str.replace(r"^[A-Z]{1,3}-([0-9]{4,6})$", "${1}").str.replace_all("[^A-Z0-9]", "")
    frame = pl.DataFrame([text, american]).with_columns(code.alias("code"))
    digits = pl.col("code").str.contains(r"^[0-9]+$") & pl.col("american")
    length = pl.col("code").str.len_bytes()
    padded = (
        pl.when(digits & (length == 9))
        .then(pl.col("code").str.slice(0, 5))
        .when(digits & length.is_between(3, 4))
        .then(pl.col("code").str.zfill(5))
        .otherwise("code")
    )
    frame = frame.with_columns(padded.alias("code"))
    zeros = pl.col("code").str.contains(r"^0+$") | pl.col("code").is_in(
        sorted(PLACEHOLDER_POSTCODES)
    )
    filler = (is_placeholder(given) | zeros).fill_null(False)
    usable = pl.col("code").str.contains(r"^[A-Z0-9]{3,10}$") & pl.col("code").str.contains("[0-9]")
    return frame.select(
        pl.when(usable & ~filler).then("code").alias("postcode"),
        *_flags("postcode", filler, given.is_not_null() & ~usable.fill_null(False)),
    )
