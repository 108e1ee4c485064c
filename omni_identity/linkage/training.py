"""Fits a linkage model to the current records: what is comparable, how strangers look, the four classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison, possible_comparisons
from omni_identity.linkage.mixture import Estimate, estimate_classes
from omni_identity.linkage.model import CLASSES, LevelParameters, LinkageModel
from omni_identity.linkage.vectors import compare_pairs, count_vectors
from omni_identity.model.attributes import Vocabulary

SAMPLE_PAIRS = 500_000
TRAINING_PAIRS = 2_000_000
FILLED_SHARE = 0.002
"""A comparison takes part when at least this share of the records fill its columns."""


@dataclass(frozen=True)
class Training:
    """A fitted model and the facts for its report."""

    model: LinkageModel
    report: dict[str, Any]


def train_model(engine: Engine, vocabulary: Vocabulary, seed: int) -> Training:
    """Fit a model to ``tonight.linkage_records`` and ``tonight.candidate_pairs``.

    Writes ``tonight.tf_<column>``, the frequencies that belong to the model. The same records, pairs
    and ``seed`` give the same model. With fewer than two records the priors are the model.
    """
    records = int(engine.fetch("select count(*) as n from tonight.linkage_records")["n"][0])
    comparisons = _filled_comparisons(engine, possible_comparisons(vocabulary), records)
    start = LinkageModel(
        comparisons, _starting_parameters(comparisons), dict.fromkeys(CLASSES, 1.0), seed
    )
    for column in start.term_frequency_columns:
        count_term_frequencies(engine, column)
    _sample_pairs(engine, seed)
    total_pairs = max(1.0, records * (records - 1) / 2)
    compare_pairs(engine, start, "tonight.sample_pairs", "tonight.sample_vectors")
    compare_pairs(engine, start, "tonight.training_pairs", "tonight.training_vectors")
    candidates = count_vectors(engine, comparisons, "tonight.training_vectors")
    sample = count_vectors(engine, comparisons, "tonight.sample_vectors")
    blocked = int(engine.fetch("select count(*) as n from tonight.candidate_pairs")["n"][0])
    shown = float(candidates.counts.sum())
    scale = blocked / shown if shown else 1.0
    estimate = estimate_classes(comparisons, candidates, sample, total_pairs / scale)
    for table in ("sample_pairs", "sample_vectors", "training_pairs", "training_vectors"):
        engine.run(f"drop table tonight.{table}")
    pair_counts = {name: number * scale for name, number in estimate.pair_counts.items()}
    model = LinkageModel(comparisons, estimate.parameters, pair_counts, seed)
    return Training(model, _report(model, estimate, records, blocked))


def _filled_comparisons(
    engine: Engine, possible: tuple[Comparison, ...], records: int
) -> tuple[Comparison, ...]:
    filled = ", ".join(
        "count(*) filter (where {}) as c{}".format(" and ".join(f'"{c}" is not null' for c in comparison.columns), i)
        for i, comparison in enumerate(possible)
    )  # fmt: skip
    counts = engine.fetch(f"select {filled} from tonight.linkage_records").row(0)
    least = max(2.0, FILLED_SHARE * records)
    kept = tuple(c for c, count in zip(possible, counts, strict=True) if count >= least)
    return kept or possible[:2]


def _starting_parameters(
    comparisons: tuple[Comparison, ...],
) -> dict[str, tuple[LevelParameters, ...]]:
    return {
        c.name: tuple(
            LevelParameters(level.same, level.relatives or 0.1, level.namesakes or 0.1, 1 / len(c.levels))
            for level in c.levels
        )
        for c in comparisons
    }  # fmt: skip


def count_term_frequencies(engine: Engine, column: str) -> None:
    """Rebuild ``tonight.tf_<column>``: each value and its share of the records that fill it."""
    engine.run(
        f"""
        create or replace table tonight."tf_{column}" as
        select "{column}", count(*) / sum(count(*)) over () as "tf_{column}"
        from tonight.linkage_records where "{column}" is not null
        group by "{column}" order by "{column}"
        """
    )


def _sample_pairs(engine: Engine, seed: int) -> None:
    """Draw ``sample_pairs`` from all pairs and ``training_pairs`` from the candidates, by seeded hash."""
    engine.run(
        """
        create or replace table tonight.sample_pairs as
        with numbered as (
            select record_no, row_number() over (order by record_no) - 1 as i from tonight.linkage_records
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
    engine.run(
        """
        create or replace table tonight.training_pairs as
        select record_no_l, record_no_r from tonight.candidate_pairs,
            (select count(*) as n from tonight.candidate_pairs) size
        where n <= $pairs or hash(record_no_l, record_no_r, $seed) % n < $pairs
        """,
        {"seed": seed, "pairs": TRAINING_PAIRS},
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
