"""Step ``match_scores``: the weight of every candidate pair, and of every pair inside a component."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.affected_components import find_affected_components, update_components
from omni_identity.linkage.pinned_model import lent_frequencies, load_pinned
from omni_identity.linkage.scored_pairs import update_candidate_scores
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def link_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Take the scored candidate pairs in, and score every pair inside an affected component."""
    model = load_pinned(run.home.models)
    with lent_frequencies(engine, run.home.models, model):
        update_candidate_scores(engine, model, run.on_progress)
        find_affected_components(engine)
        update_components(engine, model, run.on_progress)
    return Outcome()


STEP = Step(
    name="match_scores",
    group="linkage",
    description="One row per scored pair: candidate pairs, and every pair inside a component.",
    reads="models derived.linkage_records derived.equal_records derived.candidate_pairs derived.rematched_records"
    " derived.constraints derived.training_scores changed.linkage_records changed.records",
    writes="derived.scored_pairs derived.components derived.applied_constraints derived.training_scores"
    " changed.regrouped_records",
    settings="",
    run=link_contacts,
    table="derived.scored_pairs",
    kinds="splink duckdb",
)
