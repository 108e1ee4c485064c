"""Compares and weighs pairs through Splink: levels, how rare the agreeing values are, the weight against strangers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Protocol, TypeAlias

import numpy as np
import polars as pl
from splink import Linker

from omni_identity.engines import Engine, SplinkSession, count_rows
from omni_identity.engines.base import Parameters
from omni_identity.engines.batches import square_ranges
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.known_pairs import KNOWN_PAIRS, MAY_BE
from omni_identity.linkage.mixture import ComparedPairs, Ints, KnownPairs, VectorCounts
from omni_identity.linkage.model import CLASSES, LinkageModel, starting_model
from omni_identity.linkage.splink_settings import (
    adjusted_comparisons,
    adjusts,
    level_sql,
    splink_settings,
)
from omni_identity.model.comparison_levels import Level

OnProgress: TypeAlias = Callable[[int, int], None]
"""Hears how many pairs of how many are compared."""


class Keep(Protocol):
    """Takes the query for one part of something at a time, while it can be asked."""

    def __call__(self, query: str, is_first: bool) -> None:
        """Keep the rows of ``query``, in the place of all there were if it is the first."""


RULES = "rules"
"""The blocking rules that find a pair, as bits: the match key, in Splink's words."""
VECTORS = "derived.new_vectors"
"""The distinct comparison vectors of what is compared to train a model, and how many pairs have each."""
SPLINK_PAIRS = "derived.splink_pairs"
SPLINK_RECORDS = "derived.splink_records"
PART_VECTORS = "part_vectors"
"""The distinct comparison vectors of the part that is compared, by what Splink says of each comparison."""
NOTHING_MORE: Mapping[str, str] = MappingProxyType({})
"""No columns but those of every comparison."""


def keep_in(engine: Engine, target: str) -> Keep:
    """Keep parts of something in the new table ``target``."""

    def keep(query: str, is_first: bool) -> None:
        verb = f"create or replace table {target} as" if is_first else f"insert into {target}"
        engine.run(f"{verb} {query}")

    return keep


def compare_in_parts(  # noqa: PLR0913  what is compared, by what, and what becomes of it
    engine: Engine,
    model: LinkageModel,
    pairs: str,
    keep: Keep,
    on_progress: OnProgress = lambda *_: None,
    of_vectors: Mapping[str, str] = NOTHING_MORE,
) -> None:
    """Let Splink predict the table ``pairs`` by the model; give ``keep`` a query for the rows part by part, at
    least once.

    Columns: ``record_no_l``, ``record_no_r``; per comparison ``level_<name>`` and, where the model adjusts it
    for how frequent the agreeing value is, ``rarity_<name>``, by how much (log2); ``weight_strangers``, which
    is Splink's match weight; ``rules`` where ``pairs`` has it; and ``of_vectors``: doubles, by name the SQL for
    them over the levels. Reads ``derived.linkage_records`` and ``derived.tf_<column>``. ``on_progress`` hears of
    each part.
    """
    total = count_rows(engine, pairs)
    has_rules = RULES in engine.columns()[pairs]
    if not total:
        keep(_nothing_sql(model, has_rules, of_vectors), True)
        return
    lookups = complete_frequencies(engine, model, pairs, total)
    columns = ", ".join((*_columns(model, has_rules), *of_vectors))
    done = 0
    for condition, some in square_ranges(engine, pairs, "record_no_l", "record_no_r"):
        list_splink_pairs(engine, f"{pairs} where {condition}", some, has_rules)
        part = count_rows(engine, SPLINK_PAIRS)
        records = _needed_records(engine, part)
        with opened_linker(engine, model, records, lookups, False) as (splink, linker):
            predictions = splink.name_of(linker.inference.predict(warning_mode="never"))
            keys = _list_vectors(engine, model, predictions, of_vectors)
            compared = f"{predictions} join {PART_VECTORS} using ({keys})"
            keep(f"select {columns} from {compared}", not done)
            engine.run(f"drop table {PART_VECTORS}")
        engine.run(f"drop table if exists {SPLINK_RECORDS}")
        done += part
        on_progress(done, total)
    for table in (SPLINK_PAIRS, *lookups.values()):
        engine.run(f"drop table {table}")


def list_splink_pairs(
    engine: Engine, pairs: str, bounds: Parameters | None = None, has_rules: bool = False
) -> None:
    """Rebuild ``derived.splink_pairs``, which Splink predicts, from a table and a condition with its parameters.

    They are in the order of their records: wide rows that were just looked up are at hand for the next pair.
    """
    engine.run(
        f"create or replace table {SPLINK_PAIRS} as select record_no_l as join_key_l,"
        f" record_no_r as join_key_r, {RULES if has_rules else 0} as match_key from {pairs}"
        " order by join_key_l, join_key_r",
        bounds,
    )


@contextmanager
def opened_linker(
    engine: Engine, model: LinkageModel, records: str, lookups: dict[str, str], with_values: bool
) -> Iterator[tuple[SplinkSession, Linker]]:
    """Lend a ``Linker`` of the model on the table ``records`` that predicts ``derived.splink_pairs``.

    ``lookups`` are the tables of how frequent values are, by column; predictions keep a pair's values
    ``with_values``.
    """
    with engine.splink() as splink, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of levels that no pair of training was at
        linker = Linker(
            splink.register(records),
            splink_settings(model, splink.words, with_values),
            validate_settings=False,
            log_level=None,
        )
        tables = linker.table_management
        for column, lookup in lookups.items():
            tables.register_term_frequency_lookup(splink.register(lookup), column)
        tables.register_blocked_pairs_for_predict(splink.register(SPLINK_PAIRS))
        yield splink, linker


def _list_vectors(
    engine: Engine, model: LinkageModel, predictions: str, of_vectors: Mapping[str, str]
) -> str:
    """Make ``part_vectors`` of Splink's predictions, with the levels and ``of_vectors``; return the columns, as one
    text, by which a prediction finds its vector.

    There are far fewer vectors than pairs, so that looking up what comes of one costs less than working it out.
    """
    keys = ", ".join(f'"mw_{c.name}"' for c in model.comparisons)
    levels = ", ".join(f'{level_sql(model, c)} as "level_{c.name}"' for c in model.comparisons)
    told = "".join(f", {sql} as {name}" for name, sql in of_vectors.items())
    engine.run(
        f"create or replace temp table {PART_VECTORS} as select *{told}"
        f" from (select {keys}, {levels} from (select distinct {keys} from {predictions}))"
    )
    return keys


def _columns(model: LinkageModel, has_rules: bool) -> list[str]:
    """What is taken of Splink's predictions and their vectors."""
    return [
        "record_no_l",
        "record_no_r",
        *(f'"level_{c.name}"' for c in model.comparisons),
        *(f'"mw_tf_adj_{c.name}" as "rarity_{c.name}"' for c in adjusted_comparisons(model)),
        "match_weight as weight_strangers",
        *([f"match_key as {RULES}"] if has_rules else []),
    ]


def _nothing_sql(model: LinkageModel, has_rules: bool, of_vectors: Mapping[str, str]) -> str:
    """What would come of no pairs, without waking Splink."""
    columns = [
        "null::bigint as record_no_l",
        "null::bigint as record_no_r",
        *(f'null::tinyint as "level_{c.name}"' for c in model.comparisons),
        *(f'null::double as "rarity_{c.name}"' for c in adjusted_comparisons(model)),
        "null::double as weight_strangers",
        *([f"null::bigint as {RULES}"] if has_rules else []),
        *(f"null::double as {name}" for name in of_vectors),
    ]
    return f"select {', '.join(columns)} where false"


def complete_frequencies(
    engine: Engine, model: LinkageModel, pairs: str, pair_count: int
) -> dict[str, str]:
    """Make the tables in which Splink looks up how frequent a value is; return their names by column.

    They have every value of the records in ``pairs``: one that the model never saw is as rare as the rarest that
    it did see. For a column that joins two (``Level.given``) it is the frequency among the records with the
    same other value, or, where the model never saw both together, that of the value alone.
    """
    few = f"record_no in (select record_no_l from {pairs})"
    records = f"derived.linkage_records where {few if _are_few(engine, pair_count) else 'true'}"
    lookups = {}
    # two comparisons may adjust by one column
    queries = dict((*_single_frequencies(model, records), *joint_frequencies(model, records)))
    for number, (column, query) in enumerate(queries.items()):
        lookups[column] = f"derived.splink_frequencies_{number}"
        engine.run(f"create or replace table {lookups[column]} as {query}")
    return lookups


def _single_frequencies(model: LinkageModel, records: str) -> Iterator[tuple[str, str]]:
    """By column, the query for the frequency of every value of ``records``."""
    for level in _adjusted_levels(model):
        column = level.term_frequency
        yield (
            str(column),
            f'select r."{column}", {_frequency_sql(model, level)} as "tf_{column}"'
            f' from (select distinct "{column}" from {records}) r'
            f' left join derived."tf_{column}" t on t."{column}" = r."{column}"'
            f' where r."{column}" is not null',
        )


def joint_frequencies(
    model: LinkageModel, records: str = "derived.linkage_records"
) -> Iterator[tuple[str, str]]:
    """By column that joins two (``Level.given``), the query for how frequent the one is among the records with
    the other, for every pair of values of ``records``; of the one alone where the model never saw both."""
    for level in _adjusted_levels(model):
        if level.given:
            column, (other, both) = level.term_frequency, level.given
            yield (
                both,
                # least() passes over null
                f'select r."{both}", case when b."tf_{both}" / o."tf_{other}" is null'
                f" then {_frequency_sql(model, level)}"
                f' else least(b."tf_{both}" / o."tf_{other}", 1.0) end as "tf_{both}"'
                f' from (select "{both}", min("{other}") as "{other}", min("{column}") as "{column}"'
                f' from {records} group by "{both}") r'
                f' left join derived."tf_{both}" b on b."{both}" = r."{both}"'
                f' left join derived."tf_{other}" o on o."{other}" = r."{other}"'
                f' left join derived."tf_{column}" t on t."{column}" = r."{column}"'
                f' where r."{both}" is not null',
            )


def _adjusted_levels(model: LinkageModel) -> Iterator[Level]:
    return (level for c in model.comparisons for level in c.levels if adjusts(model, level))


def _frequency_sql(model: LinkageModel, level: Level) -> str:
    """SQL for the frequency of a level's value; of the rarest one where the model never saw it."""
    column = str(level.term_frequency)
    return f'coalesce(t."tf_{column}", {model.least_frequencies[column]!r})'


def _are_few(engine: Engine, pair_count: int) -> bool:
    """Whether so many pairs leave most records alone."""
    records = count_rows(engine, "derived.linkage_records")
    return pair_count * 4 <= int(records)


def _needed_records(engine: Engine, pair_count: int) -> str:
    """The table of records for ``derived.splink_pairs``: all, or a copy of theirs where they are few."""
    if not _are_few(engine, pair_count):
        return "derived.linkage_records"
    engine.run(
        f"create or replace table {SPLINK_RECORDS} as select * from derived.linkage_records"
        f" where record_no in (select join_key_l from {SPLINK_PAIRS}"
        f" union all select join_key_r from {SPLINK_PAIRS})"
    )
    return SPLINK_RECORDS


def term_frequency_columns(comparisons: tuple[Comparison, ...]) -> tuple[str, ...]:
    """Columns whose values' frequencies adjust a weight, each once, in a fixed order."""
    found: dict[str, None] = {}
    for level in (level for comparison in comparisons for level in comparison.levels):
        if level.term_frequency:
            found |= dict.fromkeys((level.term_frequency, *(level.given or ())))
    return tuple(found)


def count_vectors(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    pairs: str,
    on_progress: OnProgress = lambda *_: None,
) -> ComparedPairs:
    """Compare the table ``pairs`` (``record_no_l, record_no_r, rules``) and count the distinct comparison vectors:
    of the pairs that blocking rules find, of those that none does (``rules`` is 0), and of those that are known
    (``rules`` is -1 and they stand in ``derived.known_pairs``); None without any.

    Reads ``derived.linkage_records``. A vector depends on the two records alone. ``on_progress`` hears of each part
    that the engine compares at once.
    """
    levels = ", ".join(f'"level_{c.name}"' for c in comparisons)
    keep_all = keep_in(engine, VECTORS)
    has_known = KNOWN_PAIRS in engine.columns()
    known_sql = f"left join {KNOWN_PAIRS} k using (record_no_l, record_no_r)" if has_known else ""
    kind = f"case when {RULES} = -1 then kind else {_FOUND} end" if has_known else _FOUND
    # thousandths, because whole numbers add up to the same in any order
    thousandths = (
        "sum(round(1000 * coalesce(stands_for, 1))::bigint)" if has_known else "null::bigint"
    )

    def keep(query: str, is_first: bool) -> None:
        keep_all(
            f"select {levels}, {kind} as kind, count(*) as pairs, {thousandths} as thousandths"
            f" from ({query}) compared {known_sql} group by {levels}, {kind}",
            is_first,
        )

    compare_in_parts(engine, starting_model(comparisons), pairs, keep, on_progress)
    counted = engine.fetch(
        f"select {levels}, kind, sum(pairs)::bigint as pairs, sum(thousandths)::double as thousandths"
        f" from {VECTORS} group by {levels}, kind order by {levels}, kind"
    )
    engine.run(f"drop table {VECTORS}")
    found, others = (
        _vector_counts(counted.filter(pl.col("kind") == k)) for k in ("found", "other")
    )
    known = counted.filter(pl.col("kind").is_in(list(MAY_BE)))
    return ComparedPairs(found, others, _known_pairs(known))


_FOUND = f"case when {RULES} <> 0 then 'found' else 'other' end"


def _known_pairs(counted: pl.DataFrame) -> KnownPairs | None:
    if counted.is_empty():
        return None
    possible = [[float(name in MAY_BE[kind]) for name in CLASSES] for kind in counted["kind"]]
    return KnownPairs(
        _levels(counted),
        np.array(possible),
        counted["pairs"].to_numpy().astype(np.float64),
        counted["thousandths"].to_numpy() / 1000,
    )


def _levels(counted: pl.DataFrame) -> Ints:
    levels: Ints = counted.drop("kind", "pairs", "thousandths").to_numpy().astype(np.int64)
    return levels


def _vector_counts(counted: pl.DataFrame) -> VectorCounts:
    return VectorCounts(_levels(counted), counted["pairs"].to_numpy().astype(np.float64))
