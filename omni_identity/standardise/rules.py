"""The rules of one channel's standardising, and the columns that come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from omni_identity.model.attributes import Vocabulary, standardised_types

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


_POLARS: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "BOOLEAN": pl.Boolean(),
}


def standardised_columns(vocabulary: Vocabulary) -> dict[str, pl.DataType]:
    """Return the standardised columns of a contact, in table order, with their Polars types."""
    return {name: _POLARS[kind] for name, kind in standardised_types(vocabulary).items()}
