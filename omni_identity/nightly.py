"""The nightly job as plain functions: each box of the picture one call, with or without Dagster around it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from omni_identity.channels.catalogue_files import check_catalogue
from omni_identity.channels.configuration import Configuration, FeedKind
from omni_identity.channels.deliveries import find_feed_files
from omni_identity.channels.feed_checks import check_columns, check_feeds, require_readable
from omni_identity.channels.fetching.sources import fetch_sources
from omni_identity.channels.intake import Intake, Intaker, fingerprint_feed
from omni_identity.channels.landed_tables import (
    create_landed_tables,
    landed_feeds,
    read_feeds,
)
from omni_identity.channels.quarantined_files import (
    Seen,
    find_feeds_without_a_file,
    find_unread,
    forget_undeclared,
    note_quarantined_files,
    note_unfetched,
)
from omni_identity.channels.remembered_files import load_remembered, save_remembered
from omni_identity.engines import Engine, count_rows
from omni_identity.erasure.erasing import Erased, complete_erasures, purge_older_models
from omni_identity.erasure.files.delivered import rewrite_without
from omni_identity.erasure.memory import create_erasure_memory
from omni_identity.erasure.on_record import has_erasures_to_do, require_memory
from omni_identity.erasure.requests import (
    load_suppression,
    requested_erasures,
    tell_erasures,
)
from omni_identity.identity.channel_attributes import build_channel_attributes
from omni_identity.identity.clustering import update_clusters
from omni_identity.identity.crosswalk_history import create_crosswalk_history
from omni_identity.identity.customer_diagnostics import update_customer_diagnostics
from omni_identity.identity.found_changes import claim_changes, create_found_changes
from omni_identity.identity.golden_ids import assign_golden_ids, create_settled_tables
from omni_identity.identity.ledger import create_ledger, enter_new_records, pass_on_seniority
from omni_identity.identity.match_edges import build_match_edges
from omni_identity.identity.pending import (
    create_pending_tables,
    derive_by,
    list_touched_customers,
    note,
    start_over,
    write_fingerprint,
)
from omni_identity.identity.source_records import find_touched_records, update_source_records
from omni_identity.identity.standardised_contacts import (
    create_standardised_contacts,
    standardise_landed_contacts,
)
from omni_identity.identity.touched_groups import find_touched_groups, update_components
from omni_identity.insight.as_of import update_as_of
from omni_identity.insight.audience_members import build_audiences, create_settled_audiences
from omni_identity.insight.audience_rules import audience_rules
from omni_identity.insight.catalogue import build_catalogue
from omni_identity.insight.contact_options import build_contact_options
from omni_identity.insight.customer_context import build_customer_context
from omni_identity.insight.figures import build_figures
from omni_identity.insight.findings import find_bad_interactions
from omni_identity.insight.identity_gaps import update_identity_gaps
from omni_identity.insight.interactions import (
    create_interaction_identifiers,
    standardise_interaction_identifiers,
    update_interactions,
)
from omni_identity.insight.journeys import note_silent_journeys
from omni_identity.insight.kpi_contributions import update_contributions
from omni_identity.insight.open_matters import build_open_matters
from omni_identity.linkage.baseline import read_baseline
from omni_identity.linkage.blocking import BlockingSummary, block_records
from omni_identity.linkage.blocking_rules import possible_rules, rules_named
from omni_identity.linkage.circumstances import lacking_comparisons, remark_on_model
from omni_identity.linkage.estimates import estimate_scoring, require_room
from omni_identity.linkage.fresh_records import update_linkage_records
from omni_identity.linkage.frozen_models import read_frozen
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.model_manifest import remark_on_files
from omni_identity.linkage.pinned_model import (
    ensure_model,
    pinned_version,
)
from omni_identity.linkage.scored_pairs import update_candidate_scores
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.linkage.training import Bounds, Training
from omni_identity.linkage.vectors import Tell
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from omni_identity.profile.consent import update_record_consents
from omni_identity.profile.consents import build_consents
from omni_identity.profile.survivorship import build_survivors
from omni_identity.profile.unified_profiles import build_crosswalk, build_unified_profiles
from omni_identity.publish.alterations import untouched_publication
from omni_identity.publish.build import build_publication
from omni_identity.publish.checks import CheckResult, audit_candidate
from omni_identity.publish.checks.results import record_results
from omni_identity.publish.feeds.feed_figures import record_feed_figures
from omni_identity.publish.lost_records import create_restorations
from omni_identity.publish.publication import publish_candidate, settle_publication
from omni_identity.publish.published_model import require_model
from omni_identity.publish.run_diagnostics import record_diagnostics
from omni_identity.publish.runs import (
    accept_changes,
    begin_run,
    count_run,
    create_run_tables,
    end_run,
    was_withheld,
)
from omni_identity.publish.seal import seal_version
from omni_identity.report.content import Content
from omni_identity.report.run_report import write_report
from omni_identity.stewardship.judgement_chain import create_chain_heads, notice_edits
from omni_identity.stewardship.judgements import read_judgements, tell_verdicts

RULES_PER_PAIR = 4
"""Rules list a pair several times: so many times the budget before they are compared and chosen from."""


def utc_now() -> datetime:
    """The time now, as all tables hold it: UTC without a zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


@dataclass(frozen=True)
class Night:
    """One run on one home: what is configured, which run it is, and when it began (UTC, no zone).

    ``accept_changes``: customers may merge and split beyond the bounds, and deliveries be unusual, somebody
    has looked at it.
    """

    home: Home
    configuration: Configuration
    run_id: str
    now: datetime
    accept_changes: bool = False


@contextmanager
def open_warehouse(night: Night) -> Iterator[Engine]:
    """Open the warehouse for writing, with every lasting table in place and the run begun.

    An erasure that was killed is completed before, and so is one that a backup which was put back does not
    have. Raises ``HomeIsBusy`` when another process has it, ``ConfigurationError`` for an engine that cannot
    run the job, ``RunFailed`` for a warehouse that knows less than what is published.
    """
    finish_erasures(night.home, night.configuration, night.now)
    with open_tables(night.home, night.configuration) as engine:
        require_model(engine, night.home)
        begin_run(engine, night.home, night.run_id, night.now)
        yield engine


@contextmanager
def open_tables(home: Home, configuration: Configuration) -> Iterator[Engine]:
    """Open the warehouse for writing, with every lasting table in place; raises as ``open_warehouse``."""
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        require_memory(engine, home)
        yield engine


def finish_erasures(home: Home, configuration: Configuration, now: datetime) -> Erased | None:
    """Carry out every erasure on record that was not completed, or not in this warehouse or publication.

    None if there is none. Raises ``RunFailed`` when something stands in its way.
    """
    if not requested_erasures(home):
        return None
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        if not has_erasures_to_do(engine, home):
            return None
        return complete_erasures(engine, home, configuration, now)


def prepare_warehouse(engine: Engine, night: Night) -> None:
    """Create the lasting tables that are not there yet, and begin the run."""
    create_lasting_tables(engine, night.configuration)
    begin_run(engine, night.home, night.run_id, night.now)


def create_lasting_tables(engine: Engine, configuration: Configuration) -> None:
    """Create the lasting tables that are not there yet."""
    vocabulary = configuration.vocabulary
    create_pending_tables(engine)
    create_landed_tables(engine, vocabulary)
    create_standardised_contacts(engine, configuration)
    create_interaction_identifiers(engine, vocabulary)
    create_ledger(engine)
    create_erasure_memory(engine)
    create_chain_heads(engine)
    create_found_changes(engine)
    create_restorations(engine)
    create_settled_tables(engine)
    create_settled_audiences(engine)
    create_run_tables(engine)
    create_crosswalk_history(engine)


def check_deliveries(engine: Engine, night: Night) -> None:
    """Fetch what feeds have elsewhere; raise ``ConfigurationError`` where ``omni.yaml`` and what is delivered do
    not fit.

    A source that does not give its files out is noted, for the run to say, and stops no other feed.
    """
    audience_rules(night.home.audiences)
    forget_undeclared(engine, night.configuration)
    unfetched = fetch_sources(night.configuration, night.home.root)
    note_unfetched(engine, unfetched, Seen(night.run_id, night.now))
    failed = {feed for feed, files in unfetched.items() if files}
    check_catalogue(night.configuration, night.home.root, failed)
    check_feeds(night.configuration, night.home.root, landed_feeds(engine), failed)
    delivered = read_feeds(engine)
    proven = {
        (channel.name, kind)
        for channel in night.configuration.channels
        for kind, _ in channel.feeds()
        if fingerprint_feed(channel, kind) in delivered.get((channel.name, kind), ())
    }
    check_columns(night.configuration, night.home.root, proven, delivered)


def land_feed(
    engine: Engine,
    night: Night,
    channel: str,
    feed: FeedKind,
    tell: Callable[[str], None] = lambda _: None,
) -> Intake:
    """Take every new or changed file of one channel's feed (``contacts`` or ``interactions``).

    Those that cannot be read are set aside and noted, for the run to say.
    """
    suppression = load_suppression(night.home, night.configuration)
    intaker = Intaker(
        engine, night.configuration, night.run_id, night.now, rewrite_without, tell, suppression
    )
    declared = night.configuration.channel(channel)
    remembered = load_remembered(engine, channel, feed)
    files = find_feed_files(declared, feed, night.home.root, remembered.hash_content)
    taken = intaker.take(files.deliveries)
    aside = [*files.set_aside, *taken.set_aside]
    paths = {file.path for file in aside}
    doubtful = {str(d.absolute) for d in files.deliveries if d.path in paths}
    save_remembered(engine, remembered, channel, feed, doubtful)
    aside += [file for file in find_unread(engine, files.deliveries) if file.path not in paths]
    note_quarantined_files(engine, (channel, feed), aside, Seen(night.run_id, night.now))
    return replace(taken, set_aside=tuple(aside))


def standardise_contacts(engine: Engine, night: Night) -> int:
    """Standardise every landed contact row that is not yet; return how many.

    Raises ``ConfigurationError`` if all that a feed ever delivered are files that are set aside.
    """
    require_readable(night.configuration, find_feeds_without_a_file(engine))
    count = standardise_landed_contacts(engine, night.configuration)
    purge_older_models(engine, night.home, night.configuration)
    return count


def record_contacts(engine: Engine, night: Night) -> int:
    """Bring ledger, current records and linkage records up to date with what landed; return how many are new."""
    configuration, models = night.configuration, night.home.models
    if was_withheld(engine):
        # whatever was wrong with what had been derived, the next run does not build on it
        start_over(engine)
    derive_by(engine, configuration, pinned_version(models))
    find_touched_records(engine, configuration)
    new = enter_new_records(engine, night.now)
    update_source_records(engine, configuration)
    pass_on_seniority(engine)
    build_channel_attributes(engine, configuration.vocabulary)
    with engine.transaction():
        update_linkage_records(engine, models, configuration.vocabulary, "pending.records")
        note(engine, "linkage_records", "select record_no from derived.relinked_records")
    return new


def read_verdicts(engine: Engine, night: Night) -> int:
    """Read the stewards' verdicts and what was erased; return how many verdicts hold between current records."""
    notice_edits(engine, night.home)
    read_judgements(engine, night.home.judgements)
    tell_erasures(engine, night.home)
    return count_rows(engine, "derived.constraints")


def block_contacts(engine: Engine, night: Night) -> BlockingSummary:
    """Find the candidate pairs of what changed, by the pinned model's rules; before there is one, by all
    that the budget allows.

    Raises ``RunFailed`` before any pair is listed if the disk has no room for them.
    """
    vocabulary, bounds = night.configuration.vocabulary, _bounds(night)
    records = count_rows(engine, "derived.linkage_records")

    def require(pairs: int) -> None:
        estimate = estimate_scoring(records, pairs, engine.rows_at_once)
        free = shutil.disk_usage(night.home.warehouse).free
        require_room(estimate, free, bounds.pairs_per_record)

    changed = "pending.linkage_records"
    with engine.transaction():
        if pinned_version(night.home.models) is not None:
            rules = rules_named(vocabulary, pinned_model(night).blocking)
            summary = block_records(engine, rules, changed=changed, before=require)
        else:
            budget = RULES_PER_PAIR * bounds.most_pairs(records)
            summary = block_records(engine, possible_rules(vocabulary), budget, changed, require)
        note(engine, "linkage_records", "select record_no from derived.rematched_records")
    return summary


def _bounds(night: Night) -> Bounds:
    return training_bounds(night.configuration)


def training_bounds(configuration: Configuration) -> Bounds:
    """What ``omni.yaml`` holds training to."""
    return Bounds(configuration.linkage.seed, configuration.linkage.pairs_per_record)


def remark_on_pinned(models: Path, configuration: Configuration, record_count: int) -> list[str]:
    """What speaks for training anew, a sentence each, with so many records to be linked now.

    Empty before the first training.
    """
    version = pinned_version(models)
    if version is None or not (models / version / "report.json").exists():
        return []
    report = read_frozen(models / version, True).report
    bounds = training_bounds(configuration)
    model = load_model(models / version)
    return remark_on_files(models / version) + remark_on_model(
        model, report, configuration.vocabulary, bounds, record_count
    )


def ensure_linkage_model(
    engine: Engine, night: Night, tell: Tell = lambda *_: None
) -> tuple[LinkageModel, Training | None]:
    """Train and pin a model where none is; return the pinned model, and its training if there was none before.

    ``tell`` hears how many pairs of how many are compared.
    """
    configuration = night.configuration
    model, training = ensure_model(
        engine, night.home.models, configuration.vocabulary, _bounds(night), tell
    )
    write_fingerprint(engine, configuration, model.version)
    return model, training


def pinned_model(night: Night) -> LinkageModel:
    """Load the pinned model; ``OSError`` if none is pinned."""
    return load_model(night.home.models / str(pinned_version(night.home.models)))


def link_contacts(engine: Engine, night: Night, tell: Tell = lambda *_: None) -> int:
    """Score the candidate pairs and every pair inside a touched component; return how many scored pairs there are.

    ``tell`` hears how many pairs of how many are compared.
    """
    model = pinned_model(night)
    update_candidate_scores(engine, model, tell)
    find_touched_groups(engine)
    update_components(engine, model, tell)
    return count_rows(engine, "derived.scored_pairs")


def cluster_contacts(engine: Engine, night: Night) -> int:
    """Cut touched components into customers, give them golden IDs; return the number of ID events."""
    configuration = night.configuration
    cut = cut_weight(configuration.linkage.match_probability, pinned_model(night))
    update_clusters(engine, cut, configuration.vocabulary.unique_identifiers)
    tell_verdicts(engine)
    return assign_golden_ids(engine, night.run_id, night.now)


def resolve_interactions(engine: Engine, night: Night) -> int:
    """Put every interaction on its golden customer; return how many there are."""
    standardise_interaction_identifiers(engine, night.configuration)
    count = update_interactions(engine, night.configuration)
    update_as_of(engine, night.now)
    find_bad_interactions(engine, night.configuration.insight)
    return count


def describe_links(engine: Engine, night: Night) -> int:
    """Build the customers' diagnostics, the crosswalk and the match edges; return the number of edges."""
    linkage, model = night.configuration.linkage, pinned_model(night)
    cut = cut_weight(linkage.match_probability, model)
    update_customer_diagnostics(engine, model.comparisons, cut)
    list_touched_customers(engine)
    build_crosswalk(engine)
    return build_match_edges(engine, model, linkage.review_probability)


def build_profiles(engine: Engine, night: Night) -> int:
    """Build lineage, unified profiles and consents; return how many customers."""
    configuration = night.configuration
    update_record_consents(engine, configuration)
    # once more: interactions and refusals have noted customers since
    list_touched_customers(engine)
    build_survivors(engine, configuration)
    count = build_unified_profiles(engine, configuration)
    build_consents(engine, configuration)
    return count


def describe_context(engine: Engine, night: Night) -> int:
    """Build open matters, the customers' context and the audiences; return how many audience members."""
    configuration, settings = night.configuration, night.configuration.insight
    rules = audience_rules(night.home.audiences)
    build_open_matters(engine, settings)
    build_contact_options(engine, configuration)
    build_customer_context(engine, settings)
    return build_audiences(engine, settings, rules)


def compare_catalogue(engine: Engine, night: Night) -> int:
    """Read the newest catalogue files and compare the channels' words; return how many conflicts."""
    seen = Seen(night.run_id, night.now)
    return build_catalogue(engine, night.configuration, night.home.root, seen)


def reckon_figures(engine: Engine, night: Night) -> int:
    """Build journeys, KPIs, the identity lift and the gaps between channels; return how many figures."""
    settings = night.configuration.insight
    note_silent_journeys(engine, settings.journey_silence_days)
    update_contributions(engine, settings)
    update_identity_gaps(engine, night.configuration.vocabulary)
    return build_figures(engine, settings)


def build_candidate(engine: Engine, night: Night) -> dict[str, int]:
    """Count and diagnose the run, write the candidate publication; return rows by table."""
    version = str(pinned_version(night.home.models))
    count_run(engine, night.run_id, version)
    baseline = read_baseline(night.home.models / version)
    model = pinned_model(night)
    lacking = lacking_comparisons(model, night.configuration.vocabulary)
    # what omni.yaml took away on purpose has not drifted
    compared = tuple(c for c in model.comparisons if c.name not in lacking)
    known = replace(model, comparisons=compared)
    record_diagnostics(engine, night.configuration, known, baseline, night.run_id)
    record_feed_figures(engine, night.configuration, night.run_id)
    if night.accept_changes:
        accept_changes(engine, night.configuration, night.run_id)
    end_run(engine, night.run_id, "publishing", utc_now())
    last = untouched_publication(engine, night.home, night.run_id)
    counts = build_publication(engine, night.configuration, night.home, night.run_id, last)
    seal_version(engine, night.home, night.run_id)
    return counts


def audit(engine: Engine, night: Night) -> list[CheckResult]:
    """Run the checks on the candidate; a run with a failed one that withholds is marked ``withheld``."""
    results = audit_candidate(engine, night.configuration, night.home, night.run_id, night.now)
    record_results(engine, night.run_id, results)
    claim_changes(engine, night.run_id)
    if any(result.withholds for result in results):
        end_run(engine, night.run_id, "withheld", utc_now())
    return results


def report(engine: Engine, night: Night, results: Sequence[CheckResult]) -> Content:
    """Write the run's report, whether its checks let it through or not; return what it shows."""
    return write_report(engine, night.home, night.run_id, results)


def publish(engine: Engine, night: Night) -> None:
    """Make the audited candidate what consumers read."""
    publish_candidate(night.home, night.run_id, night.configuration.publish.readable_by)
    settle_publication(engine, night.run_id)
