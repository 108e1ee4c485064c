"""The rules of one channel's standardising, and the columns that come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from omni_identity.model.attributes import Vocabulary

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True)
class Rules:
    """What standardising has to know beside the values themselves.

    ``country`` is the ISO-2 country of records that name none. ``date_order`` decides only dates
    that can be read in two ways, ``dotted_order`` those with dots. ``placeholders`` adds the user's
    own values per identifier or attribute. ``today`` makes later birth dates invalid; ``None`` (the
    reproducible choice) accepts any year below 2100. ``timezone`` (IANA) is that of timestamps without
    an offset.
    ``opt_outs`` are the consents whose yes is a no, ``consent_words`` what a column's own words decide.
    """

    vocabulary: Vocabulary
    country: str = "US"
    date_order: DateOrder = "dmy"
    dotted_order: DateOrder = "dmy"
    placeholders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    today: date | None = None
    timezone: str = "UTC"
    opt_outs: frozenset[str] = frozenset()
    consent_words: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


def standardised_columns(vocabulary: Vocabulary) -> dict[str, pl.DataType]:
    """Return the standardised columns of a contact, in table order, with their Polars types."""
    text: pl.DataType = pl.String()
    texts: pl.DataType = pl.List(pl.String())
    columns: dict[str, pl.DataType] = dict.fromkeys(
        [
            *("full_name", "first_name", "middle_name", "last_name", "name_suffix"),
            *("first_name_key", "first_name_canonical", "middle_name_key", "last_name_key"),
        ],
        text,
    )
    columns["birth_date"] = pl.Date()
    columns |= dict.fromkeys(
        [
            *("gender", "street", "street_key", "house_number", "city", "city_key"),
            *("region", "postcode", "country"),
        ],
        text,
    )
    columns["created_at"] = pl.Datetime("us")
    for identifier in vocabulary.identifiers:
        columns[identifier] = texts
        if identifier == "email":
            columns["email_key"] = texts
    columns |= dict.fromkeys(vocabulary.attribute_names, text)
    for consent in vocabulary.consents:
        columns[f"consent_{consent}"] = pl.Boolean()
        columns[f"consent_{consent}_at"] = pl.Datetime("us")
    return columns | {"placeholders": texts, "invalid": texts}
