"""Step ``golden_ids``: components cut into customers, and the golden ID of each."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.identity.average_linkage import NO_MOST
from omni_identity.identity.clustering import Cut, update_clusters
from omni_identity.identity.golden_ids import assign_golden_ids
from omni_identity.identity.nested_ids import update_nested_ids
from omni_identity.linkage.pinned_model import load_pinned
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.stewardship.judgements import build_verdicts


def cluster_contacts(engine: Engine, run: RunContext) -> Outcome:
    """Cut affected components into customers, and give them golden IDs; strict and loose ones beside them."""
    configuration = run.configuration
    model = load_pinned(run.home.models)
    cut = cut_weight(configuration.linkage.match_probability, model)
    unique = configuration.vocabulary.unique_identifiers
    update_clusters(engine, Cut(cut, model.most_records or NO_MOST), unique)
    build_verdicts(engine)
    events = assign_golden_ids(engine, run.run_id, run.now)
    update_nested_ids(engine)
    customers = count_rows(engine, "(select distinct golden_id from derived.customers)")
    return Outcome({"customer_count": customers, "event_count": events})


STEP = Step(
    name="golden_ids",
    group="customers",
    description="One row per current source record, with the golden ID of its customer.",
    reads="models derived.components derived.equal_records derived.scored_pairs derived.source_records"
    " derived.constraints derived.verdict_entries ledger.records"
    " changed.regrouped_records changed.linkage_records changed.records settled.crosswalk settled.golden_id_events",
    writes="derived.clusters derived.customers derived.nested_ids derived.golden_id_events derived.golden_id_redirects"
    " derived.crosswalk_changes derived.broken_verdicts derived.verdicts"
    " changed.customers",
    settings="channels identifiers attributes linkage",
    run=cluster_contacts,
    table="derived.customers",
)
