"""Step ``judgements``: what stewards have decided, and what was erased."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.erasure.requests import build_erasures
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.stewardship.judgement_chain import find_edits
from omni_identity.stewardship.judgements import read_judgements


def read_verdicts(engine: Engine, run: RunContext) -> Outcome:
    """Read the stewards' verdicts and what was erased."""
    find_edits(engine, run.home)
    read_judgements(engine, run.home.judgements)
    build_erasures(engine, run.home)
    return Outcome({"verdicts_in_force": count_rows(engine, "derived.constraints")})


STEP = Step(
    name="judgements",
    group="linkage",
    description="Pairs of records that a steward's verdict holds together or apart, and the erasures on record.",
    reads="derived.source_records ledger.records",
    writes="derived.constraints derived.rejected_verdicts derived.verdict_entries derived.erasures"
    " ledger.chain_heads ledger.found_changes",
    settings="",
    run=read_verdicts,
    table="derived.constraints",
    kinds="polars duckdb",
)
