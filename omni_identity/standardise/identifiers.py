"""Identifiers, the multi-valued attributes: every cell's values standardised, distinct and sorted."""

from __future__ import annotations

import polars as pl

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.cells import PHONES, split_cells
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.identifier_values import standardise_values
from omni_identity.standardise.mailbox import mailbox_keys
from omni_identity.standardise.rules import Rules

_LISTS: pl.DataType = pl.List(pl.String)


def standardise_identifiers(
    frame: pl.DataFrame, vocabulary: Vocabulary, rules: Rules
) -> pl.DataFrame:
    """Return ``frame`` with its identifier columns (List(String)) standardised in place.

    Identifiers that the frame lacks are skipped. Phones are read with the row's standardised
    ``country`` column if there is one, else with ``rules.country``.
    """
    present = [name for name in vocabulary.identifiers if name in frame.columns]
    country = frame["country"] if "country" in frame.columns else None
    standardised = [
        standardise_identifier(frame[name], country, rules).to_series(0) for name in present
    ]
    return frame.with_columns(standardised)


def standardise_identifier(raw: pl.Series, country: pl.Series | None, rules: Rules) -> pl.DataFrame:
    """Return the identifier ``raw.name`` (List(String), null when empty) and its flags.

    For ``email`` the column ``email_key``, the mailboxes, comes second.
    """
    name = raw.name
    if raw.null_count() == len(raw):
        return _nothing(name, len(raw))
    long = _long(raw, country if name in PHONES else None, rules)
    values = _values(long, name, rules)
    frame = pl.DataFrame({"row": pl.int_range(len(raw), dtype=pl.UInt32, eager=True)})
    lists = [_regrouped(values, "value", name)]
    if name == "email":
        lists.append(_regrouped(values, "key", "email_key"))
    flags = values.group_by("row").agg(
        pl.col("placeholder").any().alias(flag(PLACEHOLDER, name)),
        pl.col("invalid").any().alias(flag(INVALID, name)),
    )
    for part in (*lists, flags):
        frame = frame.join(part, on="row", how="left", maintain_order="left")
    return frame.drop("row")


def _nothing(name: str, rows: int) -> pl.DataFrame:
    lists = [name, "email_key"] if name == "email" else [name]
    flags = [flag(PLACEHOLDER, name), flag(INVALID, name)]
    schema = dict.fromkeys(lists, _LISTS) | dict.fromkeys(flags, pl.Boolean())
    return pl.DataFrame(schema=schema).clear(rows)


def _long(raw: pl.Series, country: pl.Series | None, rules: Rules) -> pl.DataFrame:
    """One row per given cell: ``row``, ``cell`` and the country to read it with."""
    cells = pl.DataFrame(
        {
            "row": pl.int_range(len(raw), dtype=pl.UInt32, eager=True),
            "cell": raw.cast(_LISTS),
        }
    )
    where = pl.lit(rules.country) if country is None else pl.lit(country).fill_null(rules.country)
    cells = cells.with_columns(where.alias("country")).filter(pl.col("cell").list.len() > 0)
    return cells.explode("cell").drop_nulls("cell")


def _values(long: pl.DataFrame, name: str, rules: Rules) -> pl.DataFrame:
    """One row per candidate value: ``row``, ``value``, ``placeholder``, ``invalid`` (and ``key``)."""
    split = split_cells(long["cell"], name)
    parts = long.with_columns(split.alias("candidate")).explode("candidate").drop_nulls("candidate")
    keyed = ["candidate", "country"] if name in PHONES else ["candidate"]
    distinct = parts.select(keyed).unique().sort(keyed)
    results = distinct.with_columns(standardise_values(distinct, name, rules))
    if name == "email":
        results = results.with_columns(mailbox_keys(results["value"]).alias("key"))
    return parts.select("row", *keyed).join(
        results, on=keyed, how="left", maintain_order="left", nulls_equal=True
    )


def _regrouped(values: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Lists per row of the distinct non-null values of ``column``, sorted."""
    kept = values.select("row", pl.col(column).alias(name)).drop_nulls().unique()
    return kept.sort("row", name).group_by("row", maintain_order=True).agg(name)
