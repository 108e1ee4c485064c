"""A full name in one field, taken apart into first, middle, last name and suffix."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.compound_names import join_compounds, split_compounds
from omni_identity.standardise.name_parts import SUFFIX, TITLE, generation_in
from omni_identity.standardise.text import collapse

_PARTICLE = (
    r"(?:van|von|vom|de|der|den|del|della|degli|di|da|dos|das|du|la|las|los|le|zu|zum|zur|ter|ten|"
    r"af|av|bin|ibn|al|el|st\.?|san)"
)
_ADDRESSED = rf"(?i)^(?:(?:{TITLE}|sr)[\s.,]+)+"
_MD_LAST = r"^([^,]+),\s*(Md|Mohd)\.?$"
"""Md, so written, is Mohammad behind the last name's comma; MD is a physician."""
_SUFFIX_BEFORE_COMMA = rf"(?i)[\s,]+(?:{SUFFIX}\b\.?[\s,]*)+(,|$)"
_WITH_PARTICLE = rf"(?i)^(\S+(?: \S+)*?) ((?:{_PARTICLE} )+\S.*|\S+ (?:y|e|i|und|-) \S+)$"


def parse_full_name(raw: pl.Series) -> pl.DataFrame:
    """Return ``first_name``, ``middle_name``, ``last_name``, ``name_suffix`` of distinct full names.

    "Last, First Middle" is told by its comma. Without one the last word is the last name, together
    with its particles ("van", "de la"); one word alone is a first name, after a title a last name.
    Usual double given names ("Juan Carlos", "Anna Maria") stay together as the first name.
    """
    frame = raw.to_frame().select(pl.col(raw.name).str.replace(_MD_LAST, "${2} ${1}").alias("text"))
    frame = frame.with_columns(
        pl.col("text").str.contains(_ADDRESSED).alias("addressed"),
        collapse(pl.col("text").str.replace(_ADDRESSED, "")).alias("text"),
    )
    frame = frame.with_columns(_generation(pl.col("text")).alias("name_suffix"))
    bare = pl.col("text").str.replace_all(_SUFFIX_BEFORE_COMMA, "${1}").str.strip_chars(" ,")
    frame = frame.with_columns(collapse(bare).alias("text"))
    frame = frame.with_columns(
        pl.col("text").str.extract(r"^([^,]*),", 1).alias("before"),
        collapse(
            pl.col("text").str.extract(r"^[^,]*,(.*)$", 1).str.replace_all(r"[,\s]+", " ")
        ).alias("after"),
    )
    return _split(frame)


def _generation(text: pl.Expr) -> pl.Expr:
    before_comma = text.str.extract(rf"(?i)([\s,]+(?:{SUFFIX}\b\.?[\s,]*)+),", 1)
    return pl.coalesce(generation_in(text), generation_in(before_comma.str.strip_chars_end(" ,.")))


def _split(frame: pl.DataFrame) -> pl.DataFrame:
    comma = pl.col("before").is_not_null() & pl.col("after").is_not_null()
    joined = join_compounds(pl.when(comma).then("after").otherwise("text"), comma)
    frame = frame.with_columns(comma.alias("comma"), joined.alias("given"))
    given = pl.col("given")
    one = ~given.str.contains(" ", literal=True)
    particle = given.str.extract(_WITH_PARTICLE, 2)
    last = (
        pl.when("comma")
        .then("before")
        .when(one)
        .then(pl.when(pl.col("addressed") | pl.col("before").is_not_null()).then(given))
        .otherwise(pl.coalesce(particle, given.str.extract(r" (\S+)$", 1)))
    )
    rest = (
        pl.when(pl.col("comma") | one)
        .then(given)
        .otherwise(
            pl.coalesce(given.str.extract(_WITH_PARTICLE, 1), given.str.extract(r"^(.*) \S+$", 1))
        )
    )
    frame = frame.with_columns(last.alias("last"), rest.alias("rest"))
    only_last = (~pl.col("comma") & one & pl.col("last").is_not_null()).fill_null(False)
    return frame.select(
        split_compounds(pl.when(~only_last).then(pl.col("rest").str.extract(r"^(\S+)", 1))).alias(
            "first_name"
        ),
        split_compounds(pl.col("rest").str.extract(r"^\S+ (.*)$", 1)).alias("middle_name"),
        split_compounds(pl.col("last")).alias("last_name"),
        "name_suffix",
    )
