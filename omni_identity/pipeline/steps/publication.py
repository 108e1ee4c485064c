"""Step ``publication``: makes the audited candidate what consumers read, in one atomic switch."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.build import count_published
from omni_identity.publish.publication import mark_published, publish_candidate
from omni_identity.publish.runs import end_run


def publish(engine: Engine, run: RunContext) -> Outcome:
    """Make the audited candidate what consumers read, and write down that it is."""
    # a process that is killed behind the switch has published: the next run marks what this one had not
    end_run(engine, run.run_id, "publishing", utc_now())
    publish_candidate(run.home, run.run_id, run.configuration.publish.readable_by)
    mark_published(engine, run.run_id)
    return Outcome(rows=count_published(engine, run.home, run.configuration.vocabulary))


STEP = Step(
    name="publication",
    group="publication",
    description="What consumers read: published/omni.duckdb.",
    reads="candidate derived.audience_log derived.audience_members derived.crosswalk_changes"
    " derived.customers derived.golden_id_events derived.household_events derived.household_members"
    " landed.landings",
    writes="published ledger.runs changed.customers changed.regrouped_records changed.identifiers"
    " changed.interactions"
    " changed.linkage_records changed.records settled.audience_log settled.audience_members settled.crosswalk"
    " settled.crosswalk_changes settled.golden_id_events settled.household_events"
    " settled.household_members settled.landings",
    settings="publish channels identifiers attributes",
    run=publish,
)
