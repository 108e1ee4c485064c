"""Pairs of which somebody has said what they are, stewards' verdicts and labels, as training learns from them.

The pairs that a steward is asked about are no fair sample: they are the doubtful ones. So a judged pair counts for as
many as there were to be asked about for each that was, among pairs of about its match weight (inverse probability
weighting: Horvitz and Thompson, Journal of the American Statistical Association 47, 1952); for ``MOST_STOOD_FOR`` at
most, so that no lone verdict bends a model.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement

KNOWN_PAIRS = "derived.known_pairs"
"""``record_no_l < record_no_r, kind, stands_for``; ``kind`` is one of ``MAY_BE``. There while a model is trained."""
MOST_STOOD_FOR = 10.0

MAY_BE = {
    "same": ("same",),
    "household": ("relatives",),
    "not_household": ("namesakes", "strangers"),
    "different": ("relatives", "namesakes", "strangers"),
}
"""By what was said of a pair, the classes that it leaves possible."""


def list_known_pairs(engine: Engine) -> None:
    """Create ``derived.known_pairs`` from stewards' verdicts alone, unless it is there: each stands for itself.

    Reads ``derived.verdict_entries`` and ``derived.linkage_records``.
    """
    if KNOWN_PAIRS not in engine.columns():
        engine.run(statement(__file__, "known_pairs"))


def weigh_known_pairs(engine: Engine) -> None:
    """Set what the pairs of ``derived.known_pairs`` stand for.

    Reads ``home.derived.scored_pairs`` and ``home.derived.customers``: the pairs that stewards could be asked about.
    """
    engine.run(statement(__file__, "weighed_known_pairs"), {"most": MOST_STOOD_FOR})


def add_labelled_pairs(engine: Engine) -> None:
    """Add the scored pairs of labelled records to ``derived.known_pairs``, but for those that have a verdict.

    Labels were not asked for by doubt: each stands for itself. Reads ``labels``, ``derived.source_records`` and
    ``home.derived.scored_pairs``.
    """
    engine.run(statement(__file__, "labelled_pairs"))
