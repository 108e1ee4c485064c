"""Compares pairs through Splink: comparison vectors, and how frequent the values are that agree."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from splink import Linker

from omni_identity.engines import Engine
from omni_identity.engines.portions import in_range, key_ranges
from omni_identity.linkage.comparisons import Comparison, Level
from omni_identity.linkage.kept_settings import kept_settings
from omni_identity.linkage.mixture import VectorCounts

Tell: TypeAlias = Callable[[int, int], None]
"""Hears how many pairs of how many are compared."""


def compare_pairs(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    pairs: str,
    target: str,
    tell: Tell = lambda *_: None,
) -> None:
    """Create ``target`` with one row per pair of the table ``pairs`` (``record_no_l, record_no_r``).

    Columns: the two numbers; per comparison ``level_<name>``, the index of its level (0 the
    strongest, -1 not comparable) and, where the level is adjusted for it, ``frequency_<name>``, the
    share of records that have the agreeing value (null for one that the model never saw). Reads
    ``derived.linkage_records`` and ``derived.tf_<column>``. What comes out depends on the two records
    and those frequencies alone, not on any parameter. Where the engine bounds how many rows it makes at
    once, pairs are compared in parts, and ``tell`` hears of each.
    """
    total = int(engine.fetch(f"select count(*) as n from {pairs}")["n"][0])
    if not total:
        _create_empty(engine, comparisons, target)
        return
    done = 0
    for some in key_ranges(engine, pairs, "record_no_l"):
        engine.run(
            "create or replace table derived.splink_pairs as"
            f" select record_no_l as join_key_l, record_no_r as join_key_r, 0 as match_key from {pairs}"
            f" where {in_range('record_no_l', some)}",
            some,
        )
        part = int(engine.fetch("select count(*) as n from derived.splink_pairs")["n"][0])
        verb = f"insert into {target}" if done else f"create or replace table {target} as"
        _compare_part(engine, comparisons, part, verb)
        done += part
        tell(done, total)
    engine.run("drop table derived.splink_pairs")


def _compare_part(
    engine: Engine, comparisons: tuple[Comparison, ...], pair_count: int, verb: str
) -> None:
    """Compare ``derived.splink_pairs``; ``verb`` begins the statement that keeps the vectors."""
    records = _needed_records(engine, pair_count)
    with engine.splink() as splink, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of untrained parameters: only the vectors are used
        linker = Linker(
            splink.register(records),
            kept_settings(comparisons, splink.words),
            validate_settings=False,
            log_level=None,
        )
        blocked = splink.register("derived.splink_pairs")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        scored = linker.inference.predict(warning_mode="never")
        columns = ", ".join(_vector_columns(comparisons))
        # an agreeing value stands in both records, so the left one's frequency is the pair's
        frequencies = " ".join(
            f'left join derived."tf_{column}" on "tf_{column}"."{column}" = records."{column}"'
            for column in term_frequency_columns(comparisons)
        )
        engine.run(
            f"{verb} select record_no_l, record_no_r, {columns} from {splink.name_of(scored)} pairs"
            f" join {records} records on records.record_no = pairs.record_no_l {frequencies}"
        )
    engine.run("drop table if exists derived.splink_records")


def _create_empty(engine: Engine, comparisons: tuple[Comparison, ...], target: str) -> None:
    """What Splink would make of no pairs, without waking it."""
    columns = "".join(
        f', "level_{c.name}" TINYINT'
        + (
            f', "frequency_{c.name}" DOUBLE'
            if any(level.term_frequency for level in c.levels)
            else ""
        )
        for c in comparisons
    )
    engine.run(
        f"create or replace table {target} (record_no_l BIGINT, record_no_r BIGINT{columns})"
    )


def _needed_records(engine: Engine, pairs: int) -> str:
    """The table of records for ``derived.splink_pairs``: all, or a copy of theirs where they are few."""
    records = engine.fetch("select count(*) as n from derived.linkage_records")["n"][0]
    if pairs * 4 > records:
        return "derived.linkage_records"
    engine.run(
        "create or replace table derived.splink_records as select * from derived.linkage_records"
        " where record_no in (select join_key_l from derived.splink_pairs"
        " union all select join_key_r from derived.splink_pairs)"
    )
    return "derived.splink_records"


def term_frequency_columns(comparisons: tuple[Comparison, ...]) -> tuple[str, ...]:
    """Columns whose values' frequencies adjust a weight, each once, in a fixed order."""
    found: dict[str, None] = {}
    for level in (level for comparison in comparisons for level in comparison.levels):
        if level.term_frequency:
            found |= dict.fromkeys((level.term_frequency, *(level.given or ())))
    return tuple(found)


def _frequency_sql(level: Level) -> str:
    """SQL for the frequency of a level's value, over the joined ``tf_`` tables and both records."""
    plain = f'"tf_{level.term_frequency}"."tf_{level.term_frequency}"'
    if level.given is None:
        return plain
    other, both = level.given
    among = f'"tf_{both}"."tf_{both}" / "tf_{other}"."tf_{other}"'
    return (
        f'case when pairs."{other}_l" = pairs."{other}_r" and {among} is not null'
        f" then least({among}, 1.0) else {plain} end"
    )


def _vector_columns(comparisons: tuple[Comparison, ...]) -> list[str]:
    columns = []
    for comparison in comparisons:
        strongest = len(comparison.levels) - 1
        gamma = f'"gamma_{comparison.name}"'
        columns.append(
            f"(case when {gamma} < 0 then -1 else {strongest} - {gamma} end)::tinyint"
            f' as "level_{comparison.name}"'
        )
        adjusted = " ".join(
            f"when {strongest - i} then {_frequency_sql(level)}"
            for i, level in enumerate(comparison.levels)
            if level.term_frequency
        )
        if adjusted:
            columns.append(f'case {gamma} {adjusted} end as "frequency_{comparison.name}"')
    return columns


def count_vectors(
    engine: Engine, comparisons: tuple[Comparison, ...], table: str, where: str = "true"
) -> VectorCounts:
    """Count the distinct comparison vectors of a table that :func:`compare_pairs` made."""
    names = ", ".join(f'"level_{c.name}"' for c in comparisons)
    counted = engine.fetch(
        f"select {names}, count(*) as pairs from {table} where {where} group by all order by all"
    )
    levels = counted.drop("pairs").to_numpy().astype(np.int64)
    return VectorCounts(levels, counted["pairs"].to_numpy().astype(np.float64))
