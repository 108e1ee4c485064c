"""Compares pairs through Splink: comparison vectors, and how frequent the values are that agree."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeAlias

import numpy as np
from splink import Linker

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.portions import square_ranges
from omni_identity.linkage.comparisons import Comparison, Level
from omni_identity.linkage.kept_settings import kept_settings, level_sql
from omni_identity.linkage.mixture import VectorCounts

Tell: TypeAlias = Callable[[int, int], None]
"""Hears how many pairs of how many are compared."""


class Keep(Protocol):
    """Takes the query for one part of something at a time, while it can be asked."""

    def __call__(self, query: str, is_first: bool) -> None:
        """Keep the rows of ``query``, in the place of all there were if it is the first."""


RULES = "rules"
"""The blocking rules that find a pair, as bits: the match key, in Splink's words."""
FREQUENCIES = "derived.record_frequencies"
"""By record, how frequent its values are: looked up once, not again with every part of the pairs."""


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
    once, pairs are compared in parts, and ``tell`` hears of each. A column ``rules`` of ``pairs``, the
    blocking rules that find a pair, is taken over.
    """
    compare_in_parts(engine, comparisons, pairs, keep_in(engine, target), tell)


def keep_in(engine: Engine, target: str) -> Keep:
    """Keep parts of something in the new table ``target``."""

    def keep(query: str, is_first: bool) -> None:
        verb = f"create or replace table {target} as" if is_first else f"insert into {target}"
        engine.run(f"{verb} {query}")

    return keep


def compare_in_parts(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    pairs: str,
    keep: Keep,
    tell: Tell = lambda *_: None,
) -> None:
    """Give ``keep`` a query for the rows that :func:`compare_pairs` would write, part by part; at least once."""
    total = count_rows(engine, pairs)
    has_rules = RULES in engine.columns()[pairs]
    if not total:
        keep(_nothing_sql(comparisons, has_rules), True)
        return
    _look_up_frequencies(engine, comparisons, pairs, total)
    done = 0
    for condition, some in square_ranges(engine, pairs, "record_no_l", "record_no_r"):
        engine.run(
            "create or replace table derived.splink_pairs as"
            f" select record_no_l as join_key_l, record_no_r as join_key_r,"
            f" {RULES if has_rules else 0} as match_key from {pairs}"
            f" where {condition}",
            some,
        )
        part = count_rows(engine, "derived.splink_pairs")
        taken_over = f", match_key as {RULES}" if has_rules else ""
        listed = ", ".join(_vector_columns(comparisons)) + taken_over
        records = _needed_records(engine, part)
        with _compared(engine, comparisons, records) as compared:
            keep(
                f"select record_no_l, record_no_r, {listed} from {compared} pairs"
                f" join {FREQUENCIES} frequencies on frequencies.record_no = pairs.record_no_l",
                not done,
            )
        engine.run("drop table if exists derived.splink_records")
        done += part
        tell(done, total)
    engine.run("drop table derived.splink_pairs")
    engine.run(f"drop table {FREQUENCIES}")


def _look_up_frequencies(
    engine: Engine, comparisons: tuple[Comparison, ...], pairs: str, pair_count: int
) -> None:
    """Make ``FREQUENCIES`` for the left records of ``pairs``: an agreeing value stands in both records."""
    columns = term_frequency_columns(comparisons)
    listed = "".join(f', "tf_{column}"."tf_{column}"' for column in columns)
    joins = " ".join(
        f'left join derived."tf_{column}" on "tf_{column}"."{column}" = r."{column}"'
        for column in columns
    )
    few = f" where record_no in (select record_no_l from {pairs})"
    chosen = few if _are_few(engine, pair_count) else ""
    engine.run(
        f"create or replace table {FREQUENCIES} as select r.record_no{listed}"
        f" from (select * from derived.linkage_records{chosen}) r {joins}"
    )


@contextmanager
def _compared(engine: Engine, comparisons: tuple[Comparison, ...], records: str) -> Iterator[str]:
    """Lend the name of the table in which Splink has compared ``derived.splink_pairs``."""
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
        yield splink.name_of(linker.inference.predict(warning_mode="never"))


def _nothing_sql(comparisons: tuple[Comparison, ...], has_rules: bool) -> str:
    """What Splink would make of no pairs, without waking it."""
    columns = "".join(
        f', null::tinyint as "level_{c.name}"'
        + (
            f', null::double as "frequency_{c.name}"'
            if any(level.term_frequency for level in c.levels)
            else ""
        )
        for c in comparisons
    )
    columns += f", null::bigint as {RULES}" if has_rules else ""
    return f"select null::bigint as record_no_l, null::bigint as record_no_r{columns} where false"


def _are_few(engine: Engine, pair_count: int) -> bool:
    """Whether so many pairs leave most records alone."""
    records = count_rows(engine, "derived.linkage_records")
    return pair_count * 4 <= int(records)


def _needed_records(engine: Engine, pair_count: int) -> str:
    """The table of records for ``derived.splink_pairs``: all, or a copy of theirs where they are few."""
    if not _are_few(engine, pair_count):
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
    """SQL for the frequency of a level's value, over the left record's frequencies and both records."""
    plain = f'frequencies."tf_{level.term_frequency}"'
    if level.given is None:
        return plain
    other, both = level.given
    among = f'frequencies."tf_{both}" / frequencies."tf_{other}"'
    return (
        f'case when pairs."{other}_l" = pairs."{other}_r" and {among} is not null'
        f" then least({among}, 1.0) else {plain} end"
    )


def _vector_columns(comparisons: tuple[Comparison, ...]) -> list[str]:
    columns = []
    for comparison in comparisons:
        index = level_sql(comparison)
        columns.append(f'{index} as "level_{comparison.name}"')
        adjusted = " ".join(
            f"when {i} then {_frequency_sql(level)}"
            for i, level in enumerate(comparison.levels)
            if level.term_frequency
        )
        if adjusted:
            columns.append(f'case {index} {adjusted} end as "frequency_{comparison.name}"')
    return columns


def count_vectors(engine: Engine, comparisons: tuple[Comparison, ...], table: str) -> VectorCounts:
    """Count the distinct comparison vectors of a table that :func:`compare_pairs` made."""
    names = ", ".join(f'"level_{c.name}"' for c in comparisons)
    counted = engine.fetch(
        f"select {names}, count(*) as pairs from {table} group by all order by all"
    )
    levels = counted.drop("pairs").to_numpy().astype(np.int64)
    return VectorCounts(levels, counted["pairs"].to_numpy().astype(np.float64))
