"""How many of the questions that a run leaves to stewards another model would settle."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement


@dataclass(frozen=True)
class SettledQuestions:
    """``open_count`` pairs of customers are doubtful; of so many of them the other model is sure."""

    open_count: int
    settled_count: int


def count_settled(engine: Engine, review_weight: float) -> SettledQuestions:
    """Count the open questions of the attached database ``home``, and those that are none by what is in ``derived``.

    A question is the strongest pair of at least ``review_weight`` (log2) between two customers, without a verdict.
    It is settled where its records come into one customer, or weigh less. Reads ``scored_pairs`` and ``customers``
    of both, and ``derived.constraints``.
    """
    found = engine.fetch(statement(__file__, "settled_by_model"), {"review": review_weight})
    return SettledQuestions(*(int(count) for count in found.row(0)))
