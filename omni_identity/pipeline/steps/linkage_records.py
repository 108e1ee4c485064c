"""Step ``linkage_records``: what stewards have decided, what was erased, and what linkage sees of every record."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.erasure.requests import build_erasures
from omni_identity.identity.changes import LINKAGE_RECORDS, RECORDS, mark_changed
from omni_identity.linkage.fresh_records import update_linkage_records
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.stewardship.judgement_chain import find_edits
from omni_identity.stewardship.judgements import read_judgements
from omni_identity.stewardship.value_verdicts import CONCERNED, update_withheld_values

OUTDATED = f"(select record_no from {RECORDS.table} union select record_no from {CONCERNED})"
"""Records that changed, or of which stewards say something else than before."""


def see_records(engine: Engine, run: RunContext) -> Outcome:
    """Read the verdicts and erasures, and bring linkage records up to date with them and with what landed."""
    find_edits(engine, run.home)
    read_judgements(engine, run.home.judgements)
    build_erasures(engine, run.home)
    vocabulary = run.configuration.vocabulary
    with engine.transaction():
        update_withheld_values(engine, vocabulary)
        update_linkage_records(engine, run.home.models, vocabulary, OUTDATED)
        mark_changed(engine, LINKAGE_RECORDS, "select record_no from derived.relinked_records")
        engine.run(f"drop table {CONCERNED}")
    return Outcome({"verdicts_in_force": count_rows(engine, "derived.constraints")})


STEP = Step(
    name="linkage_records",
    group="linkage",
    description="One row per current record: what is compared of it. Beside them the pairs that a steward's verdict"
    " holds together or apart, and the erasures on record.",
    reads="models derived.source_records ledger.records changed.records",
    writes="derived.linkage_records derived.shared_values derived.relinked_records"
    " derived.wrong_values derived.judged_shared_values changed.linkage_records"
    " derived.constraints derived.rejected_verdicts derived.verdict_entries derived.erasures"
    " ledger.chain_heads ledger.found_changes",
    settings="channels identifiers attributes",
    run=see_records,
    table="derived.linkage_records",
    kinds="polars duckdb",
)
