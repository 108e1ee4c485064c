"""Step ``source_records``: the ledger, and the current record of every key."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.channel_attributes import build_channel_attributes
from omni_identity.identity.ledger import enter_new_records, pass_on_seniority
from omni_identity.identity.source_records import find_affected_records, update_source_records
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def record_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Bring ledger and current records up to date with what landed."""
    configuration = run.configuration
    find_affected_records(engine, configuration)
    new = enter_new_records(engine, run.now)
    update_source_records(engine, configuration)
    pass_on_seniority(engine)
    build_channel_attributes(engine, configuration.vocabulary)
    return Outcome({"new_records": new})


STEP = Step(
    name="source_records",
    group="records",
    description="One row per current source record, standardised; superseded and deleted versions are not here.",
    reads="landed.files landed.landings landed.quarantined_rows landed.standardised_contacts"
    " landed.date_order_evidence settled.crosswalk",
    writes="ledger.records derived.source_records derived.row_states derived.channel_counts"
    " derived.channel_attributes derived.held_back_consents"
    " derived.new_contact_files derived.affected_records"
    " changed.records changed.identifiers changed.seen_landings",
    settings="channels identifiers attributes",
    run=record_contacts,
    table="derived.source_records",
)
