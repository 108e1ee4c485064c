"""Step ``customer_context``: what is open with a customer, how to reach them, audiences, and the catalogue."""

from __future__ import annotations

from omni_identity.channels.quarantined_files import Seen
from omni_identity.engines import Engine
from omni_identity.identity.changes import CUSTOMERS, is_up_to_date
from omni_identity.insight.audience_members import build_audiences
from omni_identity.insight.audience_rules import audience_rules
from omni_identity.insight.catalogue import build_catalogue
from omni_identity.insight.customer_context import build_customer_context
from omni_identity.insight.customer_segments import build_customer_segments, segment_rules
from omni_identity.insight.open_items import build_open_items
from omni_identity.insight.order_lines import drop_order_lines, find_order_lines
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step

OF_CHANGED = ("derived.open_matters", "derived.customer_context")
"""Tables in which nothing but a changed customer changes a row."""


def describe_context(engine: Engine, run: RunContext) -> Outcome:
    """Build open items, context, audiences and segments; compare the channels' catalogues."""
    configuration, settings = run.configuration, run.configuration.insight
    rules, segments = audience_rules(run.home.audiences), segment_rules(run.home.segments)
    if not is_up_to_date(engine, OF_CHANGED, CUSTOMERS):
        find_order_lines(engine)
        build_open_items(engine, settings)
        build_customer_context(engine, settings)
        drop_order_lines(engine)
    members = build_audiences(engine, settings, rules, run.run_id)
    build_customer_segments(engine, settings, segments)
    conflicts = build_catalogue(engine, configuration, run.home.root, Seen(run.run_id, run.now))
    return Outcome({"audience_members": members, "catalogue_conflicts": conflicts})


STEP = Step(
    name="customer_context",
    group="insight",
    description="One row per golden customer: what is open with them, and by what they may be reached.",
    reads="derived.as_of derived.customers derived.consents derived.contact_options derived.crosswalk"
    " derived.erasures derived.interactions"
    " derived.profile_lineage derived.source_records derived.unified_profiles"
    " derived.golden_id_redirects derived.interaction_lines derived.interaction_findings"
    " settled.audience_members settled.audience_log",
    writes="derived.open_matters derived.customer_context derived.audience_members"
    " derived.audience_changes derived.audience_doubts derived.audience_log derived.customer_segments"
    " derived.catalogue_items derived.catalogue_conflicts"
    " derived.catalogue_quarantine derived.price_matches derived.store_stock changed.customers"
    " landed.quarantined_files",
    settings="channels identifiers attributes insight catalogue",
    run=describe_context,
    table="derived.customer_context",
    kinds="polars duckdb",
)
