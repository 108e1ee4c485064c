"""Step ``linkage_model``: the pinned, frozen model; trained where none is pinned yet."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.known_pairs import KNOWN_PAIRS, list_known_pairs
from omni_identity.linkage.model_remarks import remark_on_pinned, training_bounds
from omni_identity.linkage.pinned_model import ensure_model, pinned_version
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def train_model_if_none(engine: Engine, run: RunContext) -> Outcome:
    """Train and pin a model where none is pinned, also by verdicts; say of the pinned one what speaks for a new one."""
    configuration, models = run.configuration, run.home.models
    bounds = replace(training_bounds(configuration), held=run.held_levels)
    if pinned_version(models) is None:
        list_known_pairs(engine)
    model, training = ensure_model(
        engine, models, configuration.vocabulary, bounds, run.on_progress
    )
    engine.run(f"drop table if exists {KNOWN_PAIRS}")
    records = count_rows(engine, "derived.linkage_records")
    refused = [
        f"What the records gave was refused, and the model goes by its priors: {problem}."
        for problem in (training.problems if training else ())
    ]
    return Outcome(
        {
            "model_version": model.version,
            "was_trained": training is not None,
            **(training.facts if training else {}),
        },
        remarks=(*refused, *remark_on_pinned(models, configuration, records)),
    )


STEP = Step(
    name="linkage_model",
    group="linkage",
    description="The pinned, frozen linkage model: trained on the first run, only read afterwards.",
    reads="derived.linkage_records derived.equal_records derived.candidate_pairs derived.shared_values"
    " derived.verdict_entries",
    writes="models derived.candidate_pairs derived.block_keys derived.blocking_rules derived.training_scores"
    " derived.known_pairs",
    settings="channels identifiers attributes linkage",
    run=train_model_if_none,
    kinds="splink",
)
