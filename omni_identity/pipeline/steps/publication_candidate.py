"""Step ``publication_candidate``: this run's publication, built beside the current one and audited there."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.engines import Engine
from omni_identity.identity.found_changes import claim_changes
from omni_identity.linkage.baseline import read_baseline
from omni_identity.linkage.pinned_model import load_pinned, pinned_version
from omni_identity.linkage.training_environment import missing_comparisons
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.alterations import untouched_publication
from omni_identity.publish.build import build_publication
from omni_identity.publish.checks import CheckResult, audit_candidate
from omni_identity.publish.checks.results import record_results
from omni_identity.publish.feeds.feed_figures import record_feed_figures
from omni_identity.publish.links import VERSIONS
from omni_identity.publish.run_diagnostics import headline_diagnostics, record_diagnostics
from omni_identity.publish.runs import accept_changes, count_run, end_run
from omni_identity.publish.seal import seal
from omni_identity.report.retention import delete_old_reports
from omni_identity.report.run_report import write_report


def build_and_audit(engine: Engine, run: RunContext) -> Outcome:
    """Build the candidate, run the checks on it, and write the run's report; delete reports that are too old.

    A run with a failed check that withholds is marked ``withheld``, any other ``dry_run``: that is what it
    stays unless it is published.
    """
    rows = build_candidate(engine, run)
    results = audit(engine, run)
    content = write_report(engine, run.home, run.run_id, results)
    delete_old_reports(engine, run.home, run.configuration.retention.reports, run.now)
    return Outcome(headline_diagnostics(engine, run.run_id), rows, (), tuple(results), content)


def build_candidate(engine: Engine, run: RunContext) -> dict[str, int]:
    """Count and diagnose the run, write the candidate publication; return rows by table."""
    version = str(pinned_version(run.home.models))
    count_run(engine, run.run_id, version)
    baseline = read_baseline(run.home.models / version)
    model = load_pinned(run.home.models)
    missing = missing_comparisons(model, run.configuration.vocabulary)
    # what omni.yaml took away on purpose has not drifted
    compared = tuple(c for c in model.comparisons if c.name not in missing)
    known = replace(model, comparisons=compared)
    record_diagnostics(engine, run.configuration, known, baseline, run.run_id)
    record_feed_figures(engine, run.configuration, run.run_id)
    if run.accept_changes:
        accept_changes(engine, run.configuration, run.run_id)
    end_run(engine, run.run_id, "publishing", utc_now())
    last = untouched_publication(engine, run.home, run.run_id)
    counts = build_publication(engine, run.configuration, run.home, run.run_id, last)
    seal(engine, run.home, f"{VERSIONS}/{run.run_id}")
    return counts


def audit(engine: Engine, run: RunContext) -> list[CheckResult]:
    """Run the checks on the candidate and write down what they found and how the run stands."""
    results = audit_candidate(engine, run.configuration, run.home, run.run_id, run.now)
    record_results(engine, run.run_id, results)
    claim_changes(engine, run.run_id)
    is_withheld = any(result.withholds for result in results)
    end_run(engine, run.run_id, "withheld" if is_withheld else "dry_run", utc_now())
    return results


STEP = Step(
    name="publication_candidate",
    group="publication",
    description="This run's publication, built beside the current one and audited there. A failed check keeps"
    " it from consumers: they go on reading the last good version.",
    reads="derived.as_of derived.audience_changes derived.audience_doubts derived.audience_log"
    " derived.audience_members"
    " derived.catalogue_conflicts derived.catalogue_items derived.catalogue_quarantine"
    " derived.channel_attributes derived.channel_counts derived.cohorts derived.consents derived.crosswalk"
    " derived.crosswalk_changes derived.customer_context derived.customer_diagnostics"
    " derived.customer_segments derived.customers"
    " derived.equal_records derived.erasures derived.golden_id_events derived.golden_id_redirects"
    " derived.handoffs"
    " derived.held_back_consents derived.household_events derived.households derived.identifiers"
    " derived.identity_gaps derived.identity_lift derived.interaction_findings derived.interaction_lines"
    " derived.messages derived.interactions derived.journey_transitions derived.journeys derived.kpi_definitions"
    " derived.kpi_series derived.kpis derived.linkage_records derived.match_edges derived.open_matters"
    " derived.price_matches derived.profile_lineage derived.record_consents"
    " derived.rejected_verdicts derived.review_queue derived.question_places derived.row_states"
    " derived.scored_pairs derived.source_records derived.store_stock derived.unified_profiles"
    " derived.verdicts landed.contacts landed.files landed.interactions landed.landings"
    " landed.messages"
    " landed.quarantined_files landed.quarantined_rows landed.standardised_contacts landed.unread_values"
    " ledger.chain_heads ledger.expired_rows ledger.records ledger.restorations"
    " changed.customers changed.regrouped_records"
    " changed.identifiers changed.interactions changed.records settled.audience_log settled.crosswalk"
    " settled.crosswalk_changes"
    " settled.golden_id_events settled.household_events settled.landings models",
    writes="candidate ledger.check_results ledger.found_changes ledger.feed_figures"
    " ledger.publication_alterations ledger.published_files ledger.run_channel_counts"
    " ledger.run_diagnostics ledger.runs",
    settings="version default_country channels identifiers attributes survivorship linkage checks publish"
    " insight catalogue spark on_bad_file retention destinations",
    run=build_and_audit,
)
