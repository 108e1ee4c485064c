"""Compares pairs through Splink: comparison vectors, match weights against strangers, rarity of values."""

from __future__ import annotations

import warnings

import numpy as np
from splink import Linker

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.mixture import VectorCounts
from omni_identity.linkage.model import LinkageModel


def compare_pairs(engine: Engine, model: LinkageModel, pairs: str, target: str) -> None:
    """Create ``target`` with one row per pair of the table ``pairs`` (``record_no_l, record_no_r``).

    Columns: the two numbers; per comparison ``level_<name>``, the index of its level (0 the
    strongest, -1 not comparable) and, where it has one, ``rarity_<name>``, the log2 adjustment for a
    rare (positive) or common (negative) value; ``weight_strangers``, Splink's match weight. Reads
    ``tonight.linkage_records`` and, for values' frequencies, ``tonight.tf_<column>``.
    """
    engine.run(
        "create or replace table tonight.splink_pairs as"
        f" select record_no_l as join_key_l, record_no_r as join_key_r, 0 as match_key from {pairs}"
    )
    with engine.splink() as splink, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # untrained levels cannot occur: the model sets every one
        records = splink.register("tonight.linkage_records")
        linker = Linker(records, model.splink_settings(), validate_settings=False, log_level=None)
        for column in model.term_frequency_columns:
            lookup = splink.register(f"tonight.tf_{column}")
            linker.table_management.register_term_frequency_lookup(lookup, column)
        blocked = splink.register("tonight.splink_pairs")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        scored = linker.inference.predict(warning_mode="never")
        columns = ", ".join(_vector_columns(model))
        engine.run(
            f"create or replace table {target} as"
            f" select record_no_l, record_no_r, {columns}, match_weight as weight_strangers"
            f" from {splink.name_of(scored)}"
        )
    engine.run("drop table tonight.splink_pairs")


def _vector_columns(model: LinkageModel) -> list[str]:
    columns = []
    for comparison in model.comparisons:
        strongest = len(comparison.levels) - 1
        gamma = f'"gamma_{comparison.name}"'
        columns.append(
            f"(case when {gamma} < 0 then -1 else {strongest} - {gamma} end)::tinyint"
            f' as "level_{comparison.name}"'
        )
        if has_rarity(comparison):
            columns.append(f'"mw_tf_adj_{comparison.name}" as "rarity_{comparison.name}"')
    return columns


def has_rarity(comparison: Comparison) -> bool:
    """Whether any level of the comparison is adjusted for how rare the value is."""
    return any(level.term_frequency for level in comparison.levels)


def count_vectors(engine: Engine, comparisons: tuple[Comparison, ...], table: str) -> VectorCounts:
    """Count the distinct comparison vectors of a table that :func:`compare_pairs` made."""
    names = ", ".join(f'"level_{c.name}"' for c in comparisons)
    counted = engine.fetch(
        f"select {names}, count(*) as pairs from {table} group by all order by all"
    )
    levels = counted.drop("pairs").to_numpy().astype(np.int64)
    return VectorCounts(levels, counted["pairs"].to_numpy().astype(np.float64))
