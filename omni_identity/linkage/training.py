"""Fits a linkage model to the current records: what is comparable, how strangers look, the four classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison, possible_comparisons
from omni_identity.linkage.mixture import Estimate, estimate_classes
from omni_identity.linkage.model import LevelParameters, LinkageModel
from omni_identity.linkage.name_frequencies import joint_name_frequencies
from omni_identity.linkage.vectors import compare_pairs, count_vectors, term_frequency_columns
from omni_identity.model.attributes import Vocabulary

SAMPLE_PAIRS = 400_000
TRAINING_PAIRS = 2_000_000
FILLED_SHARE = 0.002
"""A comparison takes part when at least this share of the records fill its columns."""


@dataclass(frozen=True)
class Training:
    """A fitted model and the facts for its report."""

    model: LinkageModel
    report: dict[str, Any]


def choose_comparisons(engine: Engine, vocabulary: Vocabulary, seed: int) -> tuple[Comparison, ...]:
    """Return the comparisons whose columns enough of ``derived.linkage_records`` fill.

    Writes ``derived.tf_<column>``, the frequencies that belong to a model of these comparisons.
    """
    comparisons = _filled_comparisons(
        engine, possible_comparisons(vocabulary), _count_records(engine)
    )
    for column in term_frequency_columns(comparisons):
        count_term_frequencies(engine, column)
    if "names" in term_frequency_columns(comparisons):
        estimate_name_frequencies(engine, seed)
    return comparisons


def train_model(engine: Engine, comparisons: tuple[Comparison, ...], seed: int) -> Training:
    """Fit a model to ``derived.linkage_records`` and ``derived.candidate_vectors``.

    The same records, vectors and ``seed`` give the same model. Where there is nothing to learn from,
    the priors are the model.
    """
    records = _count_records(engine)
    blocked = int(engine.fetch("select count(*) as n from derived.candidate_vectors")["n"][0])
    _sample_pairs(engine, seed)
    compare_pairs(engine, comparisons, "derived.sample_pairs", "derived.sample_vectors")
    sample = count_vectors(engine, comparisons, "derived.sample_vectors")
    engine.run("drop table derived.sample_pairs")
    engine.run("drop table derived.sample_vectors")
    part = f"hash(record_no_l, record_no_r, {seed}) % {blocked} < {TRAINING_PAIRS}"
    candidates = count_vectors(
        engine,
        comparisons,
        "derived.candidate_vectors",
        part if blocked > TRAINING_PAIRS else "true",
    )
    shown = float(candidates.counts.sum())
    scale = blocked / shown if shown else 1.0
    total_pairs = max(1.0, records * (records - 1) / 2)
    estimate = estimate_classes(comparisons, candidates, sample, total_pairs / scale)
    pair_counts = {name: number * scale for name, number in estimate.pair_counts.items()}
    parameters = _with_collision_rates(engine, comparisons, estimate.parameters)
    model = LinkageModel(comparisons, parameters, pair_counts, seed)
    return Training(model, _report(model, estimate, records, blocked))


def _with_collision_rates(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    parameters: dict[str, tuple[LevelParameters, ...]],
) -> dict[str, tuple[LevelParameters, ...]]:
    """Where a level is adjusted for how frequent its value is, let the frequencies say u as well.

    Two strangers agree on a value with the sum of its squared frequencies. Taken from anywhere else,
    the average value would seem rare or common, which in small data outweighs everything.
    """
    rates = {
        column: float(
            engine.fetch(
                f'select coalesce(sum(pow("tf_{column}", 2)), 0) as rate from derived."tf_{column}"'
            )["rate"][0]
        )
        for column in term_frequency_columns(comparisons)
    }
    return {
        comparison.name: tuple(
            replace(p, strangers=float(f"{max(rates[level.term_frequency], 1e-12):.6g}"))
            if level.term_frequency
            else p
            for level, p in zip(comparison.levels, parameters[comparison.name], strict=True)
        )
        for comparison in comparisons
    }


def _count_records(engine: Engine) -> int:
    return int(engine.fetch("select count(*) as n from derived.linkage_records")["n"][0])


def _filled_comparisons(
    engine: Engine, possible: tuple[Comparison, ...], records: int
) -> tuple[Comparison, ...]:
    needed = [(*comparison.columns, *comparison.one_side) for comparison in possible]
    conditions = [" and ".join(f'"{c}" is not null' for c in columns) for columns in needed]
    filled = ", ".join(
        f"count(*) filter (where {condition}) as c{i}" for i, condition in enumerate(conditions)
    )
    counts = engine.fetch(f"select {filled} from derived.linkage_records").row(0)
    least = max(2.0, FILLED_SHARE * records)
    kept = tuple(c for c, count in zip(possible, counts, strict=True) if count >= least)
    return kept or possible[:2]


def count_term_frequencies(engine: Engine, column: str) -> None:
    """Rebuild ``derived.tf_<column>``: each value and its share of the records that fill it."""
    engine.run(
        f"""
        create or replace table derived."tf_{column}" as
        select "{column}", count(*) / sum(count(*)) over () as "tf_{column}"
        from derived.linkage_records where "{column}" is not null
        group by "{column}" order by "{column}"
        """
    )


def estimate_name_frequencies(engine: Engine, seed: int) -> None:
    """Rebuild ``derived.tf_names``: each full name and its probability by the latent class model."""
    names = engine.fetch(
        "select names, any_value(first) as first, any_value(last) as last, count(*) as count"
        " from derived.linkage_records where names is not null group by names order by names"
    )
    frequencies = pl.Series("tf_names", joint_name_frequencies(names, seed))
    engine.run("create or replace table derived.tf_names (names VARCHAR, tf_names DOUBLE)")
    engine.write("derived.tf_names", names.select("names").with_columns(frequencies))


def _sample_pairs(engine: Engine, seed: int) -> None:
    """Draw ``derived.sample_pairs`` from all pairs, by seeded hash."""
    engine.run(
        """
        create or replace table derived.sample_pairs as
        with numbered as (
            select record_no, row_number() over (order by record_no) - 1 as i from derived.linkage_records
        ), size as (select count(*) as n from numbered),
        drawn as (
            select distinct least(a, b) as i, greatest(a, b) as j
            from (
                select (hash(k, $seed) % n)::bigint as a, (hash(k, $seed, 1) % n)::bigint as b
                from range($pairs) numbers (k), size where n > 1
            ) where a <> b
        )
        select l.record_no as record_no_l, r.record_no as record_no_r
        from drawn join numbered l on l.i = drawn.i join numbered r on r.i = drawn.j
        """,
        {"seed": seed, "pairs": SAMPLE_PAIRS},
    )


def _report(model: LinkageModel, estimate: Estimate, records: int, blocked: int) -> dict[str, Any]:
    return {
        "model_version": model.version,
        "records": records,
        "candidate_pairs": blocked,
        "rounds": estimate.rounds,
        "pair_counts": model.pair_counts,
        "weights_against_strangers": {
            comparison.name: {
                level.label: round(p.weight("strangers"), 2)
                for level, p in zip(
                    comparison.levels, model.parameters[comparison.name], strict=True
                )
            }
            for comparison in model.comparisons
        },
    }
