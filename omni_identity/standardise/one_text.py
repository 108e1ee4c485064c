"""One text, as somebody types it, read as every identifier at once: whom a search or a request is about."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.cells import PHONES, split_cells
from omni_identity.standardise.identifier_values import reading_of, standardise_values
from omni_identity.standardise.rules import Rules


def read_text(text: str, vocabulary: Vocabulary, countries: Sequence[str]) -> dict[str, list[str]]:
    """Return, per identifier, the distinct values that a cell with ``text`` has in it in any of the countries, sorted.

    They are those of ``standardise_identifiers`` with each country's rules. What costs time is every step and not
    how much goes through it, so identifiers that are read alike are read once, phones in all countries together, and
    what cannot be an address or a number is not read as one.
    """
    parts: dict[bool, pl.DataFrame] = {}
    read: dict[tuple[str, bool], list[str]] = {}
    for name in vocabulary.identifiers:
        reading = reading_of(name, vocabulary)
        if reading in read:
            continue
        read[reading] = []
        if not _may_be(text, name):
            continue
        if name == "email":
            candidates = _parts(text, name)
        else:
            is_phone = name in PHONES
            if is_phone not in parts:
                parts[is_phone] = _parts(text, name)
            candidates = parts[is_phone]
            if is_phone:
                candidates = candidates.join(pl.DataFrame({"country": countries}), how="cross")
        values = standardise_values(candidates, name, Rules(vocabulary))[0]
        read[reading] = sorted(set(values.drop_nulls().to_list()))
    return {name: read[reading_of(name, vocabulary)] for name in vocabulary.identifiers}


def _may_be(text: str, name: str) -> bool:
    """Whether there can be a value in a text: what is not ASCII may become anything."""
    if not text.isascii():
        return True
    if name == "email":
        return "@" in text
    return name not in PHONES or any(letter.isdigit() for letter in text)


def _parts(text: str, name: str) -> pl.DataFrame:
    """The different ``candidate`` values in a cell of an identifier."""
    parts = split_cells(pl.Series("candidate", [text]), name).explode().drop_nulls()
    return parts.unique().sort().to_frame()
