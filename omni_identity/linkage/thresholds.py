"""What the model expects of every threshold: how many pairs, how precise, how complete; and the one it chooses.

With chances p, the pairs at or above a threshold hold Σp matches, so their expected precision is the
mean of p, and their expected recall Σp over that of all pairs. The chance of a pair is not its match
probability: that judges it by itself, while clustering sees all the evidence in a customer, which on
average speaks for a pair by ``CLUSTERING_BITS`` more.
"""

from __future__ import annotations

from typing import Any

from omni_identity.engines import Engine
from omni_identity.linkage.model import DEFAULT_MATCH_PROBABILITY, LinkageModel
from omni_identity.linkage.scoring import probability_of, weight_of

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.26, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
CLUSTERING_BITS = 2.1
"""Measured on two demo retailers of 20,000 customers (seeds 11 and 12), on which no accuracy is reported:
with it the threshold of the greatest expected F1 is the one at which customers really had the greatest."""
BETA = 0.75
"""How much recall counts beside precision: a wrong link mixes two persons' data, which is worse than a
missed one (F-measure with a weight: van Rijsbergen, Information Retrieval, 1979, chapter 7)."""
STEPS_PER_BIT = 8
FEWEST_MATCHES = 30.0
"""With fewer expected matches there is nothing to choose by."""


def cut_weight(configured: float | None, model: LinkageModel) -> float:
    """The average weight (log2) that holds two groups together: ``omni.yaml``'s, or else the model's own."""
    return weight_of(model.match_probability if configured is None else configured)


def expect_quality(engine: Engine, scores: str) -> list[dict[str, Any]]:
    """One entry per threshold: ``threshold, pairs, precision, recall, f1``, expected of the table ``scores``.

    Reads its column ``match_weight``. Precision and F1 are None where no pair reaches the threshold,
    recall where no match is expected at all.
    """
    sums = ", ".join(
        f"count(*) filter (where match_weight >= {weight_of(t)}) as n{i},"
        f" coalesce(sum(chance) filter (where match_weight >= {weight_of(t)}), 0) as m{i}"
        for i, t in enumerate(THRESHOLDS)
    )
    row = engine.fetch(
        f"select coalesce(sum(chance), 0) as expected, {sums}"
        f" from (select match_weight, {_CHANCE} as chance from {scores}) chances"
    ).to_dicts()[0]
    return [
        _quality(threshold, int(row[f"n{i}"]), float(row[f"m{i}"]), float(row["expected"]))
        for i, threshold in enumerate(THRESHOLDS)
    ]


def choose_threshold(engine: Engine, scores: str) -> float:
    """The match probability at which a link neither raises nor lowers the expected F-measure of ``scores``.

    With F the greatest expected F-measure (recall weighted by ``BETA``), that is where a pair's chance
    is F / (1 + BETA²). Where too few matches are expected to choose by, it is
    ``DEFAULT_MATCH_PROBABILITY``.
    """
    # millionths, because whole numbers add up to the same in any order
    steps = engine.fetch(
        f"""
        select floor(match_weight * {STEPS_PER_BIT})::bigint as step, count(*) as pairs,
            sum(round(1e6 * {_CHANCE})::bigint)::bigint as matches
        from {scores} group by step order by step desc
        """
    )
    expected = float(steps["matches"].sum()) / 1e6
    if expected < FEWEST_MATCHES:
        return DEFAULT_MATCH_PROBABILITY
    matches, pairs = steps["matches"].cum_sum() / 1e6, steps["pairs"].cum_sum()
    measures = (1 + BETA**2) * matches / (BETA**2 * expected + pairs)
    least_chance = float(measures.to_numpy().max()) / (1 + BETA**2)
    return round(probability_of(weight_of(least_chance) - CLUSTERING_BITS), 4)


_CHANCE = f"1 / (1 + pow(2, -match_weight - {CLUSTERING_BITS}))"


def _quality(threshold: float, pairs: int, matches: float, expected: float) -> dict[str, Any]:
    return {
        "threshold": threshold,
        "pairs": pairs,
        "precision": round(matches / pairs, 4) if pairs else None,
        "recall": round(matches / expected, 4) if expected else None,
        "f1": round(2 * matches / (pairs + expected), 4) if pairs else None,
    }
