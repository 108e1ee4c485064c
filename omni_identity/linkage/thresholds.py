"""What the model expects of every threshold: how many pairs, how precise, how complete, what is left to people.

With match probabilities p, the pairs at or above a threshold hold Σp matches, so their expected
precision is the mean of p, and their expected recall Σp over that of all pairs. Pairs are judged one
by one: clustering, which sees all the evidence in a customer, does better than expected here.
"""

from __future__ import annotations

from typing import Any

from omni_identity.engines import Engine

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.26, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def expect_quality(engine: Engine, scores: str) -> list[dict[str, Any]]:
    """One entry per threshold: ``threshold, pairs, precision, recall, f1``, expected of the table ``scores``.

    Reads its column ``match_weight``. Precision and F1 are None where no pair reaches the threshold,
    recall where no match is expected at all.
    """
    sums = ", ".join(
        f"count(*) filter (where p >= {t}) as n{i}, coalesce(sum(p) filter (where p >= {t}), 0) as m{i}"
        for i, t in enumerate(THRESHOLDS)
    )
    row = engine.fetch(
        f"select coalesce(sum(p), 0) as expected, {sums}"
        f" from (select 1 / (1 + pow(2, -match_weight)) as p from {scores}) probabilities"
    ).to_dicts()[0]
    return [
        _quality(threshold, int(row[f"n{i}"]), float(row[f"m{i}"]), float(row["expected"]))
        for i, threshold in enumerate(THRESHOLDS)
    ]


def _quality(threshold: float, pairs: int, matches: float, expected: float) -> dict[str, Any]:
    return {
        "threshold": threshold,
        "pairs": pairs,
        "precision": round(matches / pairs, 4) if pairs else None,
        "recall": round(matches / expected, 4) if expected else None,
        "f1": round(2 * matches / (pairs + expected), 4) if pairs else None,
    }
