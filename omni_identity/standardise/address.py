"""Addresses: street, house number, city, region and postcode, for reading and for comparing."""

from __future__ import annotations

import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_POSTCODES
from omni_identity.standardise.case import repair_case
from omni_identity.standardise.distinct import on_distinct, settle
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.script import comparison_key, fold
from omni_identity.standardise.street_parts import split_street
from omni_identity.standardise.street_words import shorten_street_words
from omni_identity.standardise.text import clean_text, collapse

_POSTCODES = {
    **dict.fromkeys(("US", "PR", "IT", "FI"), (5, 2)),
    **dict.fromkeys(
        ("DE", "ES", "FR", "MX", "TR", "UA", "KR", "MY", "SK", "CZ", "LT", "EE", "RS"), (5, 1)
    ),
    **dict.fromkeys(("PL",), (5, 2)),
    **dict.fromkeys(("AU", "NZ", "PH", "GE", "DK"), (4, 1)),
    **dict.fromkeys(("NO", "ZA"), (4, 2)),
    **dict.fromkeys(("SG", "RO", "KZ", "EC"), (6, 1)),
    **{"JP": (7, 1), "BR": (8, 1), "PT": (7, 0), "SE": (5, 0)},
}
"""How many digits a country's postcodes have, and how many zeros may lead them, which spreadsheets take away."""
_MARKS = {
    **{
        "DE": "|D|DE|",
        "IT": "|I|IT|",
        "FR": "|F|FR|",
        "AT": "|A|AT|",
        "CH": "|CH|",
        "ES": "|E|ES|",
    },
    **{"BE": "|B|BE|", "DK": "|DK|", "SE": "|S|SE|", "NO": "|N|NO|", "FI": "|FI|FIN|"},
}
"""Signs of a country that stand before its postcodes."""


def standardise_street(raw: pl.Series) -> pl.DataFrame:
    """Return ``street`` (display), ``street_key`` and ``house_number`` (lower case), and flags.

    The key holds the street alone: folded, usual words shortened, without house number and unit.
    """
    return on_distinct(raw, _street)


def standardise_city(raw: pl.Series) -> pl.DataFrame:
    """Return ``city`` (display) and ``city_key`` (folded words, "saint" as "st"), and flags."""
    return on_distinct(raw, _city)


def standardise_region(raw: pl.Series) -> pl.DataFrame:
    """Return ``region`` (codes such as NY, NSW and JP-13 in capitals, names in their case), and flags."""
    return on_distinct(raw, _region)


def standardise_postcode(raw: pl.Series, country: pl.Series) -> pl.DataFrame:
    """Return ``postcode``: capitals and digits only, and flags.

    ``country`` (ISO-2 or null) says how many digits it has: leading zeros that a spreadsheet took away are put
    back, and nine American digits cut to five. A hyphenated ZIP+4 is cut anywhere.
    """
    known = country.fill_null("  ").str.slice(0, 2).str.pad_end(2)
    return on_distinct((known + raw).alias("raw"), _postcode)


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
    frame = pl.concat([frame, split_street(fold(frame["text"]))], how="horizontal")
    key = shorten_street_words(comparison_key(shorten_dots(frame["name"]))).alias("street_key")
    return frame.with_columns(key).select(
        pl.col("text").alias("street"),
        "street_key",
        "house_number",
        *_flags("street", pl.col("filler"), pl.lit(False)),
    )


def shorten_dots(name: pl.Series) -> pl.Series:
    """Return folded street names with ``c/`` written as ``calle``, ``p.za`` as ``piazza`` and the like."""
    dotted = {
        "p.za": "piazza",
        "p.zza": "piazza",
        "v.le": "viale",
        "c.so": "corso",
        "l.go": "largo",
    }
    return name.str.replace(r"^c/ ?", "calle ").str.replace_many(dotted)


def _city(raw: pl.Series) -> pl.DataFrame:
    frame = _display(raw)
    key = comparison_key(frame["text"]).alias("city_key")
    key = key.str.replace_all(r"\bsaint\b", "st").str.replace_all(r"\bsankt\b", "st")
    return frame.with_columns(key).select(
        pl.col("text").alias("city"), "city_key", *_flags("city", pl.col("filler"), pl.lit(False))
    )


def _region(raw: pl.Series) -> pl.DataFrame:
    text = pl.col("text")
    code = text.str.contains(r"^[A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?$")
    # three letters are a code where they are written as one: a name of three stands in small letters, too
    code |= pl.lit(raw).str.strip_chars().str.contains(r"^[A-Z]{3}$") & text.is_not_null()
    return _display(raw).select(
        pl.when(code).then(text.str.to_uppercase()).otherwise(text).alias("region"),
        *_flags("region", pl.col("filler"), pl.lit(False)),
    )


def _postcode(marked: pl.Series) -> pl.DataFrame:
    country = marked.str.slice(0, 2).alias("country")
    text = clean_text(marked.str.slice(2).str.normalize("NFKC").alias("text"))
    given = pl.col("text")
    whole = given.str.to_uppercase().str.replace(r"^'+", "").str.replace(r"^([0-9]+)\.0+$", "${1}")
    code = whole.str.replace(r"^([0-9]{5})[\s\-]+[0-9]{4}$", "${1}")
    code = code.str.replace(r"^[A-Z]{1,3}-([0-9]{3,6})$", "${1}")
    frame = pl.DataFrame([text, country]).with_columns(code.alias("code"))
    short_zip = pl.col("code").str.extract(r"^([0-9]{3,4})-[0-9]{4}$", 1)
    is_american = pl.col("country") == "US"
    frame = frame.with_columns(
        pl.when(is_american & short_zip.is_not_null())
        .then(short_zip)
        .otherwise(pl.col("code").str.replace_all("[^A-Z0-9]", ""))
        .alias("code")
    )
    mark = pl.concat_str(pl.lit("|"), pl.col("code").str.extract(r"^([A-Z]+)", 1), pl.lit("|"))
    marks = pl.col("country").replace_strict(_MARKS, default=None, return_dtype=pl.String)
    bare = pl.col("code").str.extract(r"^[A-Z]{1,3}([0-9]{3,5})$", 1)
    is_marked = marks.str.contains(mark, literal=True).fill_null(False)
    frame = frame.with_columns(
        pl.when(is_marked & bare.is_not_null()).then(bare).otherwise("code").alias("code")
    )
    digits, length = pl.col("code").str.contains(r"^[0-9]+$"), pl.col("code").str.len_bytes()
    size, zeros = (
        pl.col("country").replace_strict(
            {name: pair[at] for name, pair in _POSTCODES.items()},
            default=None,
            return_dtype=pl.Int64,
        )
        for at in (0, 1)
    )
    lacking = size - length
    padded = (
        pl.when(digits & is_american & (length == 9))
        .then(pl.col("code").str.slice(0, 5))
        .when(digits & is_american & (length == 8))
        .then(pl.concat_str(pl.lit("0"), pl.col("code").str.slice(0, 4)))
        .when(digits & lacking.is_between(1, zeros))
        .then(pl.concat_str(pl.lit("00").str.head(lacking), "code"))
        .otherwise("code")
    )
    frame = frame.with_columns(padded.alias("code"))
    zeros_only = pl.col("code").str.contains(r"^0+$") | pl.col("code").is_in(
        sorted(PLACEHOLDER_POSTCODES)
    )
    filler = (is_placeholder(given) | zeros_only).fill_null(False)
    usable = pl.col("code").str.contains(r"^[A-Z0-9]{3,10}$") & pl.col("code").str.contains("[0-9]")
    return frame.select(
        pl.when(usable & ~filler).then("code").alias("postcode"),
        *_flags("postcode", filler, given.is_not_null() & ~usable.fill_null(False)),
    )
