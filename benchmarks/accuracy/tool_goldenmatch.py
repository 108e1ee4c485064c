"""GoldenMatch's two automatic modes: zero-config, and its automatic Fellegi-Sunter model.

What it configures hangs on how the table looks: on Splink's demonstration persons its F1 is 0.19 with
first and last names apart and nulls, 0.71 with one full name and empty text for what is missing; on
FEBRL 3 it is best with the set's own column names. So each mode runs on three shapes of the same
records, and the report takes the best, truth in hand.
"""

from __future__ import annotations

import os
from typing import Any, Literal

import polars as pl

Mode = Literal["zero_config", "fellegi_sunter"]
MODES: dict[str, Mode] = {"goldenmatch_zero": "zero_config", "goldenmatch_fs": "fellegi_sunter"}
SHAPES = {
    "delivered": "as delivered",
    "full_name": "cleaned, one full name, empty text",
    "parts": "cleaned, first and last name, nulls",
}


def link(table: pl.DataFrame, mode: Mode, shape: str) -> pl.DataFrame:
    """Clusters by GoldenMatch on the attribute columns of ``table``, which it configures itself."""
    os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"  # no configuration remembered from other sets
    import goldenmatch  # type: ignore[import-not-found,unused-ignore]

    records = reshape(table.drop("channel", "source_record_id"), shape)
    if mode == "zero_config":
        result = goldenmatch.dedupe_df(records, confidence_required=False, allow_red_config=True)
    else:
        configuration = goldenmatch.auto_configure_probabilistic_df(records)
        result = goldenmatch.dedupe_df(records, config=configuration, allow_red_config=True)
    return clusters_of(table, result.clusters)


def reshape(records: pl.DataFrame, shape: str) -> pl.DataFrame:
    """The records in one of ``SHAPES``; those as delivered come from a table of their own."""
    if shape != "full_name":
        return records
    parts = [name for name in ("first_name", "middle_name", "last_name") if name in records.columns]
    whole = pl.concat_str(parts, separator=" ", ignore_nulls=True).alias("full_name")
    return records.select(whole, pl.exclude(parts)).fill_null("")


def clusters_of(table: pl.DataFrame, clusters: dict[int, dict[str, Any]]) -> pl.DataFrame:
    """One row a record of ``table``; a record in no cluster is alone."""
    numbers = list(range(-1, -table.height - 1, -1))
    for number, cluster in clusters.items():
        for row in cluster["members"]:
            numbers[int(row)] = int(number)
    return table.select("channel", "source_record_id").with_columns(
        pl.Series("golden_id", numbers, dtype=pl.Int64)
    )
