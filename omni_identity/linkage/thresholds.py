"""What the model expects of every threshold: how many pairs, how precise, how complete; and the one it chooses.

With chances p, the pairs at or above a threshold hold Σp matches, so their expected precision is the
mean of p, and their expected recall Σp over that of all pairs. The chance of a pair is not its match
probability: that judges it by itself, while clustering sees all the evidence in a customer. Every other record
of the person is one more to be tied to, so that what speaks for strangers and namesakes counts the less, the more
records a person has (:func:`measure_sizes`); what speaks for a relative does not, who is as near to all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.linkage.components import SEED_WEIGHT
from omni_identity.linkage.model import DEFAULT_MATCH_PROBABILITY, LinkageModel
from omni_identity.linkage.scoring import probability_of, weight_of

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.26, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
CLUSTERING_BITS = 1.3
"""What clustering sees beyond a pair on average, however few records a person has. Of 1.0 to 1.5 the best on fifteen
labelled sets taken together; by 1.2 one of them, of a thousand records, loses 0.002."""
BETA = 0.75
"""How much recall counts beside precision: a wrong link mixes two persons' data, which is worse than a
missed one (F-measure with a weight: van Rijsbergen, Information Retrieval, 1979, chapter 7)."""
STEPS_PER_BIT = 8
FEWEST_MATCHES = 30.0
"""With fewer expected matches there is nothing to choose by."""


def cut_weight(configured: float | None, model: LinkageModel) -> float:
    """The average weight (log2) that holds two groups together: ``omni.yaml``'s, or else the model's own."""
    return weight_of(model.match_probability if configured is None else configured)


@dataclass(frozen=True)
class PersonSizes:
    """How many other records of its person a record can be tied to, at least 1, and how many people have at most."""

    support: float
    most: float


def measure_sizes(engine: Engine, scores: str, scale: float = 1.0) -> PersonSizes:
    """How many records the persons of ``scores`` have, without that anybody is linked yet.

    Averaged over expected matches, as a threshold is about those. At most is two standard deviations above the mean.
    Reads ``record_no_l``, ``record_no_r`` and ``match_weight``; a row stands for ``scale`` pairs.
    """
    # hundredths, because whole numbers add up to the same in any order
    found = engine.fetch(
        f"""
        with chances as (
            select record_no_l, record_no_r, round(100 / (1 + pow(2, -match_weight)))::bigint as chance
            from (select * from {scores}) scores where match_weight > {SEED_WEIGHT}
        ), powers as (
            select record_no, sum(chance)::bigint as degree, sum(chance * chance)::bigint as squares,
                sum(chance * chance * chance)::bigint as cubes
            from (
                select record_no_l as record_no, chance from chances
                union all select record_no_r, chance from chances
            ) ends group by record_no
        )
        select coalesce(sum(degree), 0)::bigint as degrees,
            coalesce(sum(degree * degree), 0)::bigint as squares,
            coalesce(sum(round((degree * degree - squares) / 100.0)::bigint), 0)::bigint as twos,
            coalesce(sum(round((degree * degree * degree - 3 * degree * squares + 2 * cubes) / 10000.0)::bigint), 0)
                ::bigint as threes
        from powers
        """
    ).row(0)
    degrees, squares, twos, threes = map(int, found)
    if not degrees:
        return PersonSizes(1.0, 2.0)
    # of a record's other matches a sample shows one in ``scale``
    support = max(1.0, 1.0 + (squares / degrees / 100 - 1.0) * scale)
    # pairs and triples of other matches: moments that a sample shows one in scale and in scale² of
    mean = twos / degrees * scale
    variance = max(threes / degrees * scale**2 + mean - mean**2, 0.0)
    return PersonSizes(support, 2.0 + mean + 2.0 * math.sqrt(variance))


def expect_quality(engine: Engine, scores: str, support: float) -> list[dict[str, Any]]:
    """One entry per threshold: ``threshold, pairs, precision, recall, f1``, expected of the table ``scores``.

    Reads its columns ``match_weight`` and ``weight_<rival>``; ``support`` is :func:`measure_sizes`'s. Precision
    and F1 are None where no pair reaches the threshold, recall where no match is expected at all.
    """
    sums = ", ".join(
        f"count(*) filter (where match_weight >= {weight_of(t)}) as n{i},"
        f" coalesce(sum(chance) filter (where match_weight >= {weight_of(t)}), 0) as m{i}"
        for i, t in enumerate(THRESHOLDS)
    )
    row = engine.fetch(
        f"select coalesce(sum(chance), 0) as expected, {sums}"
        f" from (select match_weight, {_chance_sql(support)} as chance from {scores}) chances"
    ).to_dicts()[0]
    return [
        _quality(threshold, int(row[f"n{i}"]), float(row[f"m{i}"]), float(row["expected"]))
        for i, threshold in enumerate(THRESHOLDS)
    ]


def choose_threshold(engine: Engine, scores: str, support: float) -> float:
    """The match probability at which a link raises the expected F-measure of ``scores`` (recall weighted by ``BETA``).

    With F the greatest there is, a link raises it if its chance is above F / (1 + BETA²), and what clustering sees
    beyond the pair (:data:`CLUSTERING_BITS`, ``support``) says which probability of its own that is. Relatives, of
    whom ``support`` says nothing, come in groups of records that agree among themselves, and are asked more by
    clustering itself. Never less than what joins components. Where too few matches are expected to choose by, it is
    ``DEFAULT_MATCH_PROBABILITY``. Columns and ``support`` as in :func:`expect_quality`.
    """
    # millionths, because whole numbers add up to the same in any order
    steps = engine.fetch(
        f"""
        select floor(match_weight * {STEPS_PER_BIT})::bigint as step, count(*) as pairs,
            sum(round(1e6 * {_chance_sql(support)})::bigint)::bigint as matches
        from {scores} group by step order by step desc
        """
    )
    expected = float(steps["matches"].sum()) / 1e6
    if expected < FEWEST_MATCHES:
        return DEFAULT_MATCH_PROBABILITY
    matches, pairs = steps["matches"].cum_sum() / 1e6, steps["pairs"].cum_sum()
    greatest = max((1 + BETA**2) * matches / (BETA**2 * expected + pairs))
    cut = weight_of(greatest / (1 + BETA**2)) - CLUSTERING_BITS - math.log2(support)
    return round(probability_of(max(cut, SEED_WEIGHT)), 4)


def _chance_sql(support: float) -> str:
    """SQL for the chance of a pair once clustering has seen all else that ties its records."""
    against = (
        f"(pow(2, -weight_strangers) + pow(2, -weight_namesakes)) / {support!r}"
        " + pow(2, -weight_relatives)"
    )
    return f"1 / (1 + pow(2, -{CLUSTERING_BITS}) * ({against}))"


def _quality(threshold: float, pairs: int, matches: float, expected: float) -> dict[str, Any]:
    return {
        "threshold": threshold,
        "pairs": pairs,
        "precision": round(matches / pairs, 4) if pairs else None,
        "recall": round(matches / expected, 4) if expected else None,
        "f1": round(2 * matches / (pairs + expected), 4) if pairs else None,
    }
