"""The probability that all records of a customer are of one person, from what clustering saw of it.

A logistic curve over three of a customer's diagnostics, each of which can only raise it or only lower
it: the strongest chains that join its records, how alike its two least similar parts are, and how
near the nearest other customer is, as a record of a family is easily one of its neighbour's. The
coefficients were fitted against the truth of two demo retailers; docs/reliability.md shows what they
are worth on others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from omni_identity.identity.counted_weights import GREATEST_WEIGHT, LEAST_WEIGHT

LEAST_CHAIN = -3.0
GREATEST_CHAIN = 12.0
"""Beyond these the chain's weight says nothing more of real data, where other things go wrong first."""


@dataclass(frozen=True)
class Calibration:
    """Log odds (natural) that the records are of one person: ``base`` plus so much a bit of each figure."""

    base: float
    chain: float
    cohesion: float
    nearest: float

    def confidence(self, chain: float, cohesion: float, nearest: float | None) -> float:
        """The probability for weights in bits; ``nearest`` is None when there is no other customer near."""
        odds = (
            self.base
            + self.chain * min(max(chain, LEAST_CHAIN), GREATEST_CHAIN)
            + self.cohesion * min(max(cohesion, LEAST_WEIGHT), GREATEST_WEIGHT)
            + self.nearest * (LEAST_WEIGHT if nearest is None else nearest)
        )
        return 1 / (1 + math.exp(-odds))


FITTED = Calibration(base=-1.02, chain=0.34, cohesion=0.27, nearest=-0.63)
"""By ``python -m benchmarks.reliability fit`` on two demo retailers."""


def confidence_sql(calibration: Calibration = FITTED) -> str:
    """SQL for :meth:`Calibration.confidence`, over the columns of ``derived.customer_diagnostics``."""
    return (
        f"1 / (1 + exp(-({calibration.base!r}"
        f" + {calibration.chain!r} * least(greatest(chain_weight, {LEAST_CHAIN}), {GREATEST_CHAIN})"
        f" + {calibration.cohesion!r}"
        f" * least(greatest(cohesion_weight, {LEAST_WEIGHT}), {GREATEST_WEIGHT})"
        f" + {calibration.nearest!r} * coalesce(nearest_match_weight, {LEAST_WEIGHT}))))"
    )
