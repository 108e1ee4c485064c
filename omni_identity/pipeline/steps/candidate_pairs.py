"""Step ``candidate_pairs``: the pairs of changed records that share a blocking key."""

from __future__ import annotations

import shutil

from omni_identity.engines import Engine, count_rows
from omni_identity.identity.changes import LINKAGE_RECORDS, RECORDS, mark_changed
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import possible_rules, rules_named
from omni_identity.linkage.equal_records import REASSIGNED, update_equal_records
from omni_identity.linkage.estimates import estimate_scoring, require_room
from omni_identity.linkage.model_remarks import training_bounds
from omni_identity.linkage.pinned_model import load_pinned, pinned_version
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step

RULES_PER_PAIR = 4
"""Rules list a pair several times: so many times the budget before they are compared and chosen from."""


def block_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Find the candidate pairs of what changed, by the pinned model's rules; before there is one, by all
    that the budget allows.

    Raises ``RunFailed`` before any pair is listed if the disk has no room for them.
    """
    vocabulary, bounds = run.configuration.vocabulary, training_bounds(run.configuration)
    records = count_rows(engine, "derived.linkage_records")

    def require(pairs: int) -> None:
        estimate = estimate_scoring(records, pairs, engine.rows_at_once)
        free = shutil.disk_usage(run.home.warehouse).free
        require_room(estimate, free, bounds.pairs_per_record)

    changed = LINKAGE_RECORDS.table
    with engine.transaction():
        seen_anew = f"(select record_no from {RECORDS.table} union select record_no from {changed})"
        update_equal_records(engine, seen_anew, vocabulary.unique_identifiers)
        mark_changed(engine, LINKAGE_RECORDS, f"select record_no from {REASSIGNED}")
        engine.run(f"drop table {REASSIGNED}")
        if pinned_version(run.home.models) is not None:
            rules = rules_named(vocabulary, load_pinned(run.home.models).blocking)
            summary = block_records(engine, rules, changed=changed, before=require)
        else:
            budget = RULES_PER_PAIR * bounds.most_pairs(records)
            summary = block_records(engine, possible_rules(vocabulary), budget, changed, require)
        mark_changed(engine, LINKAGE_RECORDS, "select record_no from derived.rematched_records")
    left_out = {
        f"keys_left_out_{rule}": found.key_count for rule, found in summary.keys_left_out.items()
    }
    return Outcome(left_out, remarks=tuple(summary.remarks()))


STEP = Step(
    name="candidate_pairs",
    group="linkage",
    description="One row per pair of current records, one of them changed, that share a blocking key.",
    reads="models derived.linkage_records derived.source_records derived.constraints changed.records",
    writes="derived.equal_records derived.candidate_pairs derived.block_keys derived.blocking_rules"
    " derived.rematched_records changed.linkage_records",
    settings="channels identifiers attributes linkage",
    run=block_contacts,
    table="derived.candidate_pairs",
)
