"""Step ``linkage_records``: what linkage sees of every current record, without what is nobody's or wrong."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import LINKAGE_RECORDS, RECORDS, mark_changed
from omni_identity.linkage.fresh_records import update_linkage_records
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.stewardship.value_verdicts import CONCERNED, update_withheld_values

OUTDATED = f"(select record_no from {RECORDS.table} union select record_no from {CONCERNED})"
"""Records that changed, or of which stewards say something else than before."""


def see_records(engine: Engine, run: RunContext) -> Outcome:
    """Bring linkage records up to date with what landed and with what stewards say of values."""
    vocabulary = run.configuration.vocabulary
    with engine.transaction():
        update_withheld_values(engine, vocabulary)
        update_linkage_records(engine, run.home.models, vocabulary, OUTDATED)
        mark_changed(engine, LINKAGE_RECORDS, "select record_no from derived.relinked_records")
        engine.run(f"drop table {CONCERNED}")
    return Outcome()


STEP = Step(
    name="linkage_records",
    group="linkage",
    description="One row per current record: what is compared of it.",
    reads="models derived.source_records derived.verdict_entries changed.records",
    writes="derived.linkage_records derived.shared_values derived.relinked_records"
    " derived.wrong_values derived.judged_shared_values changed.linkage_records",
    settings="channels identifiers attributes",
    run=see_records,
    table="derived.linkage_records",
)
