"""Raw records for the tests of standardising, and standardised ones fed back as raw."""

from __future__ import annotations

from typing import Any

import polars as pl

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise import Rules, standardise_contacts

VOCABULARY = Vocabulary(
    identifiers=(*Vocabulary().identifiers, "vat_no"),
    attributes=(("occupation", "fuzzy"), ("wedding", "date")),
    consents=("email",),
)


def raw_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema: dict[str, Any] = {"row_number": pl.Int64, "source_record_id": pl.String}
    schema |= dict.fromkeys(VOCABULARY.raw_single, pl.String)
    schema |= dict.fromkeys(VOCABULARY.identifiers, pl.List(pl.String))
    return pl.DataFrame(rows, schema=schema)


def standardised(rules: dict[str, Any] | None = None, **raw: Any) -> dict[str, Any]:
    """One record, given by keyword, standardised; ``rules`` are keyword arguments of Rules."""
    out = standardise_contacts(raw_frame([raw]), Rules(VOCABULARY, **(rules or {})))
    return out.row(0, named=True)


def fed_back(out: pl.DataFrame) -> pl.DataFrame:
    """Standardised records as raw ones: dates, what is known of them, and times as ISO text, keys left out."""
    moments = pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    text = out.with_columns(moments, pl.col(pl.Date, pl.Boolean).cast(pl.String))
    year, month_day = pl.col("birth_year"), pl.col("birth_month_day")
    parts = pl.concat_str(pl.coalesce(year, pl.lit("-")), month_day, separator="-")
    text = text.with_columns(pl.coalesce("birth_date", parts, year).alias("birth_date"))
    return text.select(raw_frame([]).columns).match_to_schema(raw_frame([]).schema)
