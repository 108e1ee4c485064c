"""Fits a linkage model to the current records: what is comparable, how strangers look, the four classes."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.blocking_choice import BlockingChoice, choose_rules, count_found_pairs
from omni_identity.linkage.blocking_rules import rules_named
from omni_identity.linkage.comparisons import FIRST, LAST, Comparison, possible_comparisons
from omni_identity.linkage.fit import fit_problems
from omni_identity.linkage.held_levels import HeldLevels
from omni_identity.linkage.mixture import PRIOR_PAIRS, Estimate, estimate_classes
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.monotone import order_weights
from omni_identity.linkage.name_bearers import weigh_name_bearers
from omni_identity.linkage.name_frequencies import estimate_name_frequencies
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.term_frequencies import (
    count_term_frequencies,
    least_frequencies,
    typical_frequencies,
    with_collision_rates,
)
from omni_identity.linkage.thresholds import choose_threshold, expect_quality, measure_sizes
from omni_identity.linkage.training_pairs import (
    CANDIDATES,
    COMPARED_PAIRS,
    DRAWN_PAIRS,
    TRAINING_SCORES,
    draw_training_pairs,
    list_compared,
)
from omni_identity.linkage.vectors import (
    OnProgress,
    count_vectors,
    keep_in,
    term_frequency_columns,
)
from omni_identity.model.attributes import Vocabulary

FILLED_SHARE = 0.002
"""A comparison takes part when at least this share of the records fill its columns."""


@dataclass(frozen=True)
class Bounds:
    """What training is held to: the seed of everything random, the budget of candidate pairs, and level
    probabilities that are given and not learnt; frequencies of values come before these."""

    seed: int
    pairs_per_record: float
    held: HeldLevels = field(default_factory=dict)

    def most_pairs(self, record_count: int) -> float:
        """The budget for so many records; a few may always have as many as a thousand."""
        return self.pairs_per_record * max(record_count, 1000)


@dataclass(frozen=True)
class Training:
    """A fitted model and the facts for its report.

    ``problems`` says what was wrong with what the data gave; then the model is the priors', moved
    only in how many pairs of each class there are.
    """

    model: LinkageModel
    report: dict[str, Any]
    problems: tuple[str, ...]

    @property
    def facts(self) -> dict[str, int | float | str]:
        """The figures worth showing beside the run."""
        blocking = self.report["blocking"]
        return {
            "trained_on_records": self.report["records"],
            "blocking_rules": len(blocking["kept"]),
            "candidate_pairs_kept": blocking["pair_count"],
            "estimated_blocking_recall": blocking["recall"],
            "match_probability": self.model.match_probability,
            "refused_because": "; ".join(self.problems),
        }


def choose_comparisons(engine: Engine, vocabulary: Vocabulary, seed: int) -> tuple[Comparison, ...]:
    """Return the comparisons whose columns enough of ``derived.linkage_records`` fill.

    Writes ``derived.tf_<column>``, the frequencies that belong to a model of these comparisons.
    """
    comparisons = _filled_comparisons(
        engine, possible_comparisons(vocabulary), count_rows(engine, "derived.linkage_records")
    )
    for column in term_frequency_columns(comparisons):
        count_term_frequencies(engine, column)
    if "names" in term_frequency_columns(comparisons):
        estimate_name_frequencies(engine, seed)
    return comparisons


def train_model(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    vocabulary: Vocabulary,
    bounds: Bounds,
    on_progress: OnProgress = lambda *_: None,
) -> Training:
    """Fit a model to ``derived.linkage_records`` and ``derived.candidate_pairs``, choose its blocking rules.

    Of many candidate pairs it looks at a sample, ``derived.training_pairs``: most of those that are found by
    rules which are not worth their pairs are then never compared. ``derived.training_scores`` has the pairs that
    it looked at afterwards, scored by the model. The same records, pairs and bounds give the same model. Where
    there is nothing to learn from, the priors are the model. ``on_progress`` hears of the pairs compared, which are so
    twice: to learn from, and with what was learnt.
    """
    records = count_rows(engine, "derived.linkage_records")
    pair_count = count_rows(engine, CANDIDATES)
    is_sample = draw_training_pairs(engine, bounds.seed, CANDIDATES, pair_count)
    pairs = DRAWN_PAIRS if is_sample else CANDIDATES
    list_compared(engine, bounds.seed, pairs, pair_count)
    compared = count_vectors(engine, comparisons, COMPARED_PAIRS, on_progress)
    engine.run(f"drop table {COMPARED_PAIRS}")
    scale = _stands_for(pair_count, compared.candidates.counts.sum())
    total_pairs = max(1.0, records * (records - 1) / 2)
    fitted, by_priors = (
        estimate_classes(comparisons, compared, total_pairs / scale, prior_pairs, bounds.held)
        for prior_pairs in (PRIOR_PAIRS, math.inf)
    )
    problems = fit_problems(comparisons, _scaled(fitted, scale), records, _scaled(by_priors, scale))
    if problems:
        fitted = by_priors
    estimate = _scaled(fitted, scale)
    name_rate = _weigh_names(engine, comparisons, estimate)
    parameters = with_collision_rates(engine, comparisons, estimate.parameters)
    typical = typical_frequencies(engine, comparisons)
    ordered = {c.name: order_weights(c, parameters[c.name], typical) for c in comparisons}
    least = least_frequencies(engine, comparisons)
    model = LinkageModel(
        comparisons,
        ordered,
        estimate.pair_counts,
        least,
        (),
        bounds.seed,
        name_rate=name_rate,
    )
    score_pairs(engine, model, pairs, keep_in(engine, TRAINING_SCORES), on_progress)
    scale = _stands_for(pair_count, count_rows(engine, TRAINING_SCORES))
    sizes = measure_sizes(engine, TRAINING_SCORES, scale)
    thresholds = [
        quality | {"pairs": round(quality["pairs"] * scale)}
        for quality in expect_quality(engine, TRAINING_SCORES, sizes.support)
    ]
    chosen = choose_threshold(engine, TRAINING_SCORES, sizes.support)
    choice = _choose_blocking(engine, vocabulary, bounds.most_pairs(records), scale)
    model = replace(
        model,
        blocking=choice.kept,
        match_probability=chosen,
        records_per_person=round(1 + sizes.support, 3),
        most_records=round(sizes.most, 3),
    )
    report = {
        "model_version": model.version,
        "records": records,
        "problems": list(problems),
        "known_pairs": int(compared.known.counts.sum()) if compared.known else 0,
        "rounds": estimate.rounds,
        "undecided_share": estimate.undecided_share,
        "pair_counts": model.pair_counts,
        "blocking": asdict(choice),
        "match_probability": chosen,
        "other_records_of_a_person": round(sizes.support, 3),
        "most_records_of_a_person": round(sizes.most, 3),
        "thresholds": thresholds,
        "weights_against_strangers": _weights_by_label(model),
    }
    if bounds.held:
        report["held_levels"] = {n: [asdict(one) for one in v] for n, v in bounds.held.items()}
    return Training(model, report, problems)


def _stands_for(pair_count: int, shown: float) -> float:
    """How many candidate pairs one of so many drawn ones stands for."""
    return pair_count / float(shown) if shown else 1.0


def _scaled(estimate: Estimate, scale: float) -> Estimate:
    """The estimate of a part of the candidate pairs as one of all of them."""
    counts = {name: number * scale for name, number in estimate.pair_counts.items()}
    return replace(estimate, pair_counts=counts)


def _weigh_names(
    engine: Engine, comparisons: tuple[Comparison, ...], estimate: Estimate
) -> float | None:
    """Let the frequencies of full names be as their bearers are; return how often strangers share one, if any do."""
    if "names" not in term_frequency_columns(comparisons):
        return None
    counts = estimate.pair_counts
    spelt_alike = math.prod(
        estimate.parameters[c.name][0].same for c in comparisons if c in (FIRST, LAST)
    )
    return weigh_name_bearers(engine, counts["same"] * spelt_alike / counts["strangers"])


def _choose_blocking(
    engine: Engine, vocabulary: Vocabulary, most_pairs: float, scale: float
) -> BlockingChoice:
    """Choose the rules by ``derived.training_scores``, a row of which stands for ``scale`` candidate pairs."""
    used = engine.fetch("select name from derived.blocking_rules order by rule_no")["name"]
    rules = rules_named(vocabulary, tuple(used))
    found = count_found_pairs(engine, rules, TRAINING_SCORES)
    found = replace(found, pairs=found.pairs * scale, matches=found.matches * scale)
    return choose_rules(rules, found, most_pairs)


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
    kept = tuple(
        c for c, count in zip(possible, counts, strict=True) if c.is_rare or count >= least
    )
    return kept or possible[:2]


def _weights_by_label(model: LinkageModel) -> dict[str, dict[str, float]]:
    return {
        comparison.name: {
            level.label: round(p.weight("strangers"), 2)
            for level, p in zip(comparison.levels, model.parameters[comparison.name], strict=True)
        }
        for comparison in model.comparisons
    }
