"""Step ``source_records``: the ledger, the current record of every key, and what linkage sees of it."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import LINKAGE_RECORDS, RECORDS, mark_changed
from omni_identity.identity.channel_attributes import build_channel_attributes
from omni_identity.identity.ledger import enter_new_records, pass_on_seniority
from omni_identity.identity.source_records import find_affected_records, update_source_records
from omni_identity.linkage.fresh_records import update_linkage_records
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step


def record_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Bring ledger, current records and linkage records up to date with what landed."""
    configuration = run.configuration
    find_affected_records(engine, configuration)
    new = enter_new_records(engine, run.now)
    update_source_records(engine, configuration)
    pass_on_seniority(engine)
    build_channel_attributes(engine, configuration.vocabulary)
    with engine.transaction():
        vocabulary = configuration.vocabulary
        update_linkage_records(engine, run.home.models, vocabulary, RECORDS.table)
        mark_changed(engine, LINKAGE_RECORDS, "select record_no from derived.relinked_records")
    return Outcome({"new_records": new})


STEP = Step(
    name="source_records",
    group="records",
    description="One row per current source record, standardised; superseded and deleted versions are not here.",
    reads="models landed.files landed.landings landed.quarantined_rows landed.standardised_contacts"
    " landed.date_order_evidence settled.crosswalk",
    writes="ledger.records derived.source_records derived.row_states derived.channel_counts"
    " derived.channel_attributes derived.held_back_consents derived.linkage_records derived.shared_values"
    " derived.new_contact_files derived.affected_records derived.relinked_records"
    " changed.records changed.linkage_records changed.identifiers changed.seen_landings",
    settings="channels identifiers attributes",
    run=record_contacts,
    table="derived.source_records",
)
