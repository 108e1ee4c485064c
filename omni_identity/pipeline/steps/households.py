"""Step ``households``: which customers live together."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.households import update_households
from omni_identity.linkage.pinned_model import load_pinned
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def group_households(engine: Engine, run: RunContext) -> Outcome:
    """Bring the households of changed customers up to date, and say what became of household IDs."""
    model, vocabulary = load_pinned(run.home.models), run.configuration.vocabulary
    count = update_households(engine, model, vocabulary.identifiers, run.run_id, run.now)
    return Outcome({"household_count": count})


STEP = Step(
    name="households",
    group="customers",
    description="One row per household of two golden customers or more.",
    reads="models derived.scored_pairs derived.customers derived.golden_id_redirects derived.verdict_entries"
    " settled.household_members settled.household_events",
    writes="derived.household_links derived.household_members derived.households derived.household_events"
    " changed.customers",
    settings="channels identifiers attributes",
    run=group_households,
    table="derived.households",
)
