"""The probability that all records of a customer are of one person, and that two of them are.

A logistic curve over four of a customer's diagnostics, each of which can only raise it or only lower
it: the strongest chains that join its records, how alike its two least similar parts are, how near the
nearest other customer is, as a record of a family is easily one of its neighbour's, and how many more
records it has than people have at most, as two people in one have twice as many. docs/reliability.md shows what
the coefficients were fitted on, and what they are worth on others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from omni_identity.identity.counted_weights import GREATEST_WEIGHT, LEAST_WEIGHT

LEAST_CHAIN = -3.0
GREATEST_CHAIN = 12.0
"""Beyond these the chain's weight says nothing more of real data, where other things go wrong first."""
GREATEST_SURPLUS = 0.5
"""Hardly anybody of those that the coefficients were fitted on has more: whoever does is not doubted without end."""
DIVIDED_BITS = 3.0
"""What a pair's own evidence says the less of records that are not all of one person (log2): they are alike enough to
have come together nevertheless."""


@dataclass(frozen=True)
class Calibration:
    """Log odds (natural) that the records are of one person: ``base`` plus so much a bit of each figure."""

    base: float
    chain: float
    cohesion: float
    nearest: float
    surplus: float

    def confidence(
        self, chain: float, cohesion: float, nearest: float | None, surplus: float
    ) -> float:
        """The probability for weights in bits; ``nearest`` is None when there is no other customer near."""
        odds = (
            self.base
            + self.chain * min(max(chain, LEAST_CHAIN), GREATEST_CHAIN)
            + self.cohesion * min(max(cohesion, LEAST_WEIGHT), GREATEST_WEIGHT)
            + self.nearest * (LEAST_WEIGHT if nearest is None else nearest)
            + self.surplus * min(surplus, GREATEST_SURPLUS)
        )
        return 1 / (1 + math.exp(-odds))


FITTED = Calibration(base=-1.34, chain=0.19, cohesion=0.52, nearest=-0.71, surplus=-10.93)
"""By ``python -m benchmarks.reliability fit`` on two demo retailers and five generated sets."""


def confidence_sql(calibration: Calibration = FITTED) -> str:
    """SQL for :meth:`Calibration.confidence`, over the columns of ``derived.customer_diagnostics``."""
    return (
        f"1 / (1 + exp(-({calibration.base!r}"
        f" + {calibration.chain!r} * least(greatest(chain_weight, {LEAST_CHAIN}), {GREATEST_CHAIN})"
        f" + {calibration.cohesion!r}"
        f" * least(greatest(cohesion_weight, {LEAST_WEIGHT}), {GREATEST_WEIGHT})"
        f" + {calibration.nearest!r} * coalesce(nearest_match_weight, {LEAST_WEIGHT})"
        f" + {calibration.surplus!r} * least(size_surplus, {GREATEST_SURPLUS}))))"
    )


def confidences_sql() -> str:
    """A query for ``golden_id, confidence`` of every customer in ``derived.customer_diagnostics``."""
    return f"select golden_id, {confidence_sql()} as confidence from derived.customer_diagnostics"


def pair_probability(weight: float, confidence: float) -> float:
    """The probability that a pair of match weight ``weight`` (log2) is one person, given the rest of its customer.

    With ``confidence`` all of the customer's records are of one person, and so are these two; else the pair's own
    evidence decides, which then says less (``DIVIDED_BITS``). Of two customers' records ``confidence`` is 0.
    """
    return 1 - (1 - confidence) * (1 - 1 / (1 + 2 ** (DIVIDED_BITS - weight)))


def pair_probability_sql(weight: str, confidence: str) -> str:
    """SQL for :func:`pair_probability`; a null ``confidence`` is 0."""
    own = f"1 / (1 + pow(2, {DIVIDED_BITS} - ({weight})))"
    return f"(1 - (1 - coalesce({confidence}, 0)) * (1 - {own}))"
