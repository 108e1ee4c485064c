"""Step ``interactions``: every interaction that is kept on its golden customer, and what is odd about some."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.insight.as_of import update_as_of
from omni_identity.insight.expired_rows import count_expired
from omni_identity.insight.findings import find_bad_interactions
from omni_identity.insight.interactions import (
    standardise_interaction_identifiers,
    update_interactions,
)
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def resolve_interactions(engine: Engine, run: RunContext) -> Outcome:
    """Put every interaction that changed, or whose customer did, on its golden customer; take away what expired."""
    standardise_interaction_identifiers(engine, run.configuration)
    update_interactions(engine, run.configuration, run.now, run.run_id)
    update_as_of(engine, run.now)
    find_bad_interactions(engine, run.configuration.insight)
    expired = count_expired(engine, run.run_id)
    return Outcome({f"expired/{what}": count for what, count in expired.items()})


STEP = Step(
    name="interactions",
    group="customers",
    description="One row per interaction in any channel, on its golden customer where it has one.",
    reads="landed.files landed.landings landed.interactions landed.interaction_lines landed.lines"
    " landed.messages"
    " landed.date_order_evidence derived.customers derived.source_records ledger.records"
    " changed.identifiers changed.records",
    writes="landed.identifier_rules landed.interaction_identifiers landed.interactions landed.interaction_lines"
    " landed.lines landed.messages landed.files ledger.expired_rows derived.interactions"
    " derived.interaction_lines derived.messages derived.interaction_findings derived.as_of"
    " changed.interactions changed.customers changed.seen_landings",
    settings="channels identifiers attributes insight retention.interactions retention.messages",
    run=resolve_interactions,
    table="derived.interactions",
    kinds="polars duckdb",
)
