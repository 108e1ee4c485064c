"""Step ``review_queue``: what stewards are asked, and what is at stake in each question."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.pinned_model import load_pinned
from omni_identity.linkage.scoring import weight_of
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.stewardship.review_pairs import update_review_pairs
from omni_identity.stewardship.review_queue import build_review_queue


def ask_stewards(engine: Engine, run: RunContext) -> Outcome:
    """Bring the questions of changed customers up to date, and say of all what is at stake."""
    linkage, vocabulary = run.configuration.linkage, run.configuration.vocabulary
    model = load_pinned(run.home.models)
    weights = {
        "review": weight_of(linkage.review_probability),
        "cut": cut_weight(linkage.match_probability, model),
    }
    update_review_pairs(engine, model, weights, vocabulary.unique_identifiers)
    currency = run.configuration.insight.currency
    count = build_review_queue(engine, vocabulary.consents, currency, run.now)
    return Outcome({"question_count": count})


STEP = Step(
    name="review_queue",
    group="customers",
    description="One row per question for a steward: who may be one person, who may be several.",
    reads="models derived.scored_pairs derived.customers derived.customer_diagnostics derived.constraints"
    " derived.broken_verdicts derived.verdict_entries derived.source_records derived.unified_profiles"
    " changed.customers changed.regrouped_records",
    writes="derived.review_pairs derived.review_queue",
    settings="channels identifiers attributes linkage insight",
    run=ask_stewards,
    table="derived.review_queue",
)
