"""What each value of an identifier becomes, and which of them are fillers or invalid."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.cells import PHONES
from omni_identity.standardise.email import is_placeholder_email, standardise_emails
from omni_identity.standardise.handles import standardise_handles
from omni_identity.standardise.numbers_and_codes import (
    is_placeholder_code,
    standardise_codes,
    standardise_devices,
    standardise_own,
)
from omni_identity.standardise.phone import is_placeholder_phone, standardise_phones
from omni_identity.standardise.placeholder import is_no_identifier, is_one_of, is_placeholder
from omni_identity.standardise.rules import Rules
from omni_identity.standardise.text import clean_text

_HANDLES = frozenset(["telegram", "instagram", "facebook"])
_CODES = frozenset(["loyalty_id", "account_id"])


def standardise_values(distinct: pl.DataFrame, name: str, rules: Rules) -> list[pl.Series]:
    """Return ``value``, ``placeholder`` and ``invalid`` for distinct rows of ``candidate`` (, ``country``)."""
    text = clean_text(distinct["candidate"]).alias("text")
    country = distinct["country"] if "country" in distinct.columns else None
    value = _standardise(text, name, country, rules).alias("value")
    frame = pl.DataFrame([text, value])
    filler = is_placeholder(pl.col("text")) | _is_filler(name)
    own = rules.placeholders.get(name, frozenset())
    if own:
        filler = filler | _is_own_placeholder(own, name, rules)
    frame = frame.with_columns(filler.fill_null(False).alias("placeholder"))
    lost = pl.col("text").is_not_null() & pl.col("value").is_null() & ~pl.col("placeholder")
    return frame.select(
        pl.when(~pl.col("placeholder")).then("value").alias("value"),
        "placeholder",
        lost.alias("invalid"),
    ).get_columns()


def reading_of(name: str, vocabulary: Vocabulary) -> tuple[str, bool]:
    """How an identifier is read, and whether its letters stay as they are.

    Two with one answer make the same of any text, but for the placeholders that a channel has declared for one.
    """
    is_cased = name in vocabulary.case_sensitive
    if name == "email" or name in PHONES:
        return name, False
    if name in _HANDLES:
        return "handle", False
    if name in _CODES and name not in vocabulary.punctuated:
        return "code", is_cased
    return ("device" if name == "device_id" else "own"), is_cased


def _standardise(text: pl.Series, name: str, country: pl.Series | None, rules: Rules) -> pl.Series:
    reading, is_cased = reading_of(name, rules.vocabulary)
    match reading:
        case "email":
            return standardise_emails(text.str.strip_chars(" .<>()[]\"'“”:"))
        case "phone" | "whatsapp":
            if country is None:
                country = pl.Series("country", [rules.country]).new_from_index(0, len(text))
            numbers = pl.DataFrame({"value": text, "country": country})
            return standardise_phones(numbers, are_whatsapp=reading == "whatsapp")
        case "handle":
            return standardise_handles(text)
        case "code":
            return standardise_codes(text, is_cased)
        case "device":
            return standardise_devices(text, is_cased)
        case _:
            return standardise_own(text, is_cased)


def _is_filler(name: str) -> pl.Expr:
    if name == "email":
        return is_placeholder_email(pl.col("value"))
    if name in PHONES:
        return is_placeholder_phone(pl.col("text")) | is_placeholder_phone(pl.col("value"))
    return (
        is_no_identifier(pl.col("text"))
        | is_no_identifier(pl.col("value"))
        | is_placeholder(pl.col("value"))
        | is_placeholder_code(pl.col("value"))
    )


def _is_own_placeholder(own: Collection[str], name: str, rules: Rules) -> pl.Expr:
    """Whether the text, or what it becomes, is one of the user's placeholders (standardised too)."""
    given = pl.Series("text", sorted(own), dtype=pl.String)
    standardised = _standardise(given, name, None, rules).drop_nulls().to_list()
    return is_placeholder(pl.col("text"), own) | is_one_of(pl.col("value"), standardised)
