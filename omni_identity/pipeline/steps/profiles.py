"""Step ``profiles``: crosswalk, links with their evidence, diagnostics, profiles, consents, questions to stewards."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import (
    CUSTOMERS,
    IDENTIFIERS,
    RECORDS,
    REGROUPED,
    is_up_to_date,
    list_affected_customers,
)
from omni_identity.identity.customer_diagnostics import Standards, update_customer_diagnostics
from omni_identity.identity.match_edges import build_match_edges
from omni_identity.insight.contact_options import build_contact_options
from omni_identity.linkage.pinned_model import load_pinned
from omni_identity.linkage.scoring import weight_of
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.profile.consent import update_record_consents
from omni_identity.profile.consents import build_consents
from omni_identity.profile.identifiers import build_identifiers
from omni_identity.profile.survivorship import build_survivors
from omni_identity.profile.unified_profiles import (
    build_crosswalk,
    build_lineage,
    build_unified_profiles,
)
from omni_identity.stewardship.review_pairs import update_review_pairs
from omni_identity.stewardship.review_queue import build_review_queue


def describe_customers(engine: Engine, run: RunContext) -> Outcome:
    """Build what is known of changed customers, from the links of their records to what stewards are asked."""
    if not is_up_to_date(engine, STEP.derived_tables, RECORDS, REGROUPED, CUSTOMERS, IDENTIFIERS):
        describe_links(engine, run)
        build_profiles(engine, run)
        find_questions(engine, run)
    return Outcome({"question_count": ask_stewards(engine, run)})


def describe_links(engine: Engine, run: RunContext) -> None:
    """Build diagnostics, crosswalk and match edges of changed customers."""
    linkage, model = run.configuration.linkage, load_pinned(run.home.models)
    cut = cut_weight(linkage.match_probability, model)
    standards = Standards(model.comparisons, cut, model.most_records)
    update_customer_diagnostics(engine, standards)
    list_affected_customers(engine)
    build_crosswalk(engine)
    build_match_edges(engine, model, linkage.review_probability)


def build_profiles(engine: Engine, run: RunContext) -> None:
    """Build lineage, consents, contact options, unified profiles and identifiers of changed customers."""
    configuration = run.configuration
    update_record_consents(engine, configuration)
    # once more: refusals have marked customers since
    list_affected_customers(engine)
    build_survivors(engine, configuration)
    build_lineage(engine, configuration)
    build_consents(engine, configuration)
    build_contact_options(engine, configuration)
    build_unified_profiles(engine, configuration)
    build_identifiers(engine, configuration.vocabulary.identifiers)


def find_questions(engine: Engine, run: RunContext) -> None:
    """Bring the questions about changed customers up to date."""
    linkage, vocabulary = run.configuration.linkage, run.configuration.vocabulary
    model = load_pinned(run.home.models)
    weights = {
        "review": weight_of(linkage.review_probability),
        "cut": cut_weight(linkage.match_probability, model),
    }
    update_review_pairs(engine, model, weights, vocabulary.unique_identifiers)


def ask_stewards(engine: Engine, run: RunContext) -> int:
    """Say of all open questions what is at stake; return how many there are."""
    vocabulary = run.configuration.vocabulary
    currency = run.configuration.insight.currency
    return build_review_queue(engine, vocabulary.consents, currency, run.now)


STEP = Step(
    name="profiles",
    group="customers",
    description="One row per golden customer: survived attributes, consent, channels and behaviour.",
    reads="models derived.customers derived.verdict_entries derived.nested_ids derived.components derived.equal_records"
    " derived.scored_pairs derived.constraints derived.broken_verdicts derived.source_records derived.interactions"
    " derived.household_members derived.shared_values"
    " derived.interaction_findings changed.regrouped_records changed.records changed.identifiers",
    writes="derived.crosswalk derived.match_edges derived.customer_diagnostics derived.profile_lineage"
    " derived.unified_profiles derived.consents derived.person_consents derived.record_consents"
    " derived.affected_customers derived.contact_options derived.identifiers changed.customers changed.identifiers"
    " derived.review_pairs derived.review_queue derived.question_places",
    settings="channels identifiers attributes survivorship linkage insight",
    run=describe_customers,
    table="derived.unified_profiles",
)
