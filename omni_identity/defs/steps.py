"""The assets of the night: each reads, makes one call of ``nightly``, and says what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from omni_identity import nightly
from omni_identity.channels.deliveries import list_files
from omni_identity.defs.catalogue import BOXES, Catalogue, LandedFeed
from omni_identity.defs.night_shift import NightShift
from omni_identity.engines import DuckDBEngine

FIGURES = (
    *("journeys", "journey_transitions", "kpi_definitions", "kpis", "kpi_series"),
    *("identity_lift", "identity_gaps"),
)
"""What is reckoned from the customers' interactions for reports."""

Shift = dg.ResourceParam[NightShift]
Metadata = Mapping[str, int | float | str | bool]
Made = dg.MaterializeResult[Any]
Results = Iterator[Made]
"""Of the assets that one step makes."""

JUDGED = ("constraints", "rejected_verdicts", "erasures")
"""What is made from the files in ``judgements/`` before anything is linked."""


def nightly_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    """Return every asset up to the profiles, in the order of the night."""
    return [
        _deliveries(catalogue),
        *(_landed(catalogue, feed) for feed in catalogue.feeds),
        *_linkage_steps(catalogue),
        *_profile_steps(catalogue),
    ]


def step_names(catalogue: Catalogue) -> list[str]:
    """Return what these assets' steps are called; one step may make several assets."""
    feeds = [feed.asset_name for feed in catalogue.feeds]
    linkage = [
        "standardised_contacts",
        "source_records",
        "constraints",
        "candidate_pairs",
        "linkage_model",
    ]
    profile = ["match_scores", "customers", "interactions", "crosswalk", "unified_profiles"]
    profile += ["customer_context", "catalogue_conflicts", "kpis"]
    return ["deliveries", *feeds, *linkage, *profile]


def _made(
    catalogue: Catalogue, engine: DuckDBEngine, name: str, facts: Metadata | None = None
) -> Made:
    """The result of one table: row count, lineage, and facts that hold no personal data."""
    rows = engine.fetch(f"select count(*) as n from {BOXES[name].stored}")["n"][0]
    known: dict[str, Any] = {"dagster/row_count": int(rows), **catalogue.lineage(name)}
    return dg.MaterializeResult(name, metadata={**known, **(facts or {})})


def _all_made(catalogue: Catalogue, engine: DuckDBEngine, names: Iterable[str]) -> list[Made]:
    return [_made(catalogue, engine, name) for name in names]


def _deliveries(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.multi_asset(name="deliveries", specs=[catalogue.deliveries()])
    def deliveries(night_shift: Shift) -> Made:
        with night_shift.step("deliveries") as (engine, night):
            nightly.check_deliveries(engine, night)
            files = list_files(night.configuration, night.home.root)
            return dg.MaterializeResult("deliveries", metadata={"file_count": len(files)})

    return deliveries


def _landed(catalogue: Catalogue, feed: LandedFeed) -> dg.AssetsDefinition:
    channel = feed.channel.name

    @dg.multi_asset(name=feed.asset_name.replace("/", "_"), specs=[catalogue.landed(feed)])
    def landed(context: dg.AssetExecutionContext, night_shift: Shift) -> Made:
        with night_shift.step(feed.asset_name) as (engine, night):
            intake = nightly.land_feed(engine, night, channel, feed.kind, context.log.info)
            rows = engine.fetch(
                f"select count(*) as n from {feed.box.stored} where channel = $channel",
                {"channel": channel},
            )
            return dg.MaterializeResult(
                metadata={
                    "dagster/row_count": int(rows["n"][0]),
                    "files_taken": intake.file_count,
                    "rows_landed": intake.row_count,
                    "rows_suppressed": intake.suppressed_count,
                    "rows_quarantined": intake.quarantined_count,
                }
            )

    return landed


def _linkage_steps(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    @dg.multi_asset(name="standardised_contacts", specs=catalogue.tables("standardised_contacts"))
    def standardised_contacts(night_shift: Shift) -> Made:
        with night_shift.step("standardised_contacts") as (engine, night):
            rows = nightly.standardise_contacts(engine, night)
            return _made(catalogue, engine, "standardised_contacts", {"rows_standardised": rows})

    @dg.multi_asset(
        name="source_records", specs=catalogue.tables("source_records", "channel_attributes")
    )
    def source_records(night_shift: Shift) -> Results:
        with night_shift.step("source_records") as (engine, night):
            new = nightly.record_contacts(engine, night)
            records = _made(catalogue, engine, "source_records", {"new_records": new})
            attributes = _made(catalogue, engine, "channel_attributes")
        yield from (records, attributes)

    @dg.multi_asset(name="constraints", specs=catalogue.tables(*JUDGED))
    def constraints(night_shift: Shift) -> Results:
        with night_shift.step("constraints") as (engine, night):
            nightly.read_verdicts(engine, night)
            made = _all_made(catalogue, engine, JUDGED)
        yield from made

    @dg.multi_asset(name="candidate_pairs", specs=catalogue.tables("candidate_pairs"))
    def candidate_pairs(night_shift: Shift) -> Made:
        with night_shift.step("candidate_pairs") as (engine, night):
            summary = nightly.block_contacts(engine, night)
            left_out = {f"keys_left_out_{rule}": n for rule, n in summary.keys_left_out.items()}
            return _made(catalogue, engine, "candidate_pairs", left_out)

    @dg.multi_asset(name="linkage_model", specs=catalogue.tables("linkage_model"))
    def linkage_model(night_shift: Shift) -> Made:
        with night_shift.step("linkage_model") as (engine, night):
            model, training = nightly.ensure_linkage_model(engine, night)
            records = engine.fetch("select count(*) as n from derived.linkage_records")["n"][0]
            remarks = nightly.remark_on_pinned(night.home.models, night.configuration, records)
            return dg.MaterializeResult(
                "linkage_model",
                metadata={
                    "model_version": model.version,
                    "was_trained": training is not None,
                    "remarks": " ".join(remarks),
                    **(training.facts if training else {}),
                    **catalogue.lineage("linkage_model"),
                },
            )

    @dg.multi_asset(name="match_scores", specs=catalogue.tables("match_scores"))
    def match_scores(night_shift: Shift) -> Made:
        with night_shift.step("match_scores") as (engine, night):
            nightly.link_contacts(engine, night)
            return _made(catalogue, engine, "match_scores")

    return [
        standardised_contacts,
        source_records,
        constraints,
        candidate_pairs,
        linkage_model,
        match_scores,
    ]


def _profile_steps(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    identities = (
        *("customers", "golden_id_events", "golden_id_redirects", "crosswalk_changes"),
        "verdicts",
    )
    links = ("crosswalk", "match_edges", "customer_diagnostics")
    profiles = ("profile_lineage", "unified_profiles")
    history = ("interactions", "interaction_findings")
    offered = ("catalogue_items", "catalogue_conflicts", "store_stock")
    context = ("open_matters", "customer_context", "audience_members", "audience_changes")

    @dg.multi_asset(name="customers", specs=catalogue.tables(*identities))
    def customers(night_shift: Shift) -> Results:
        with night_shift.step("customers") as (engine, night):
            nightly.cluster_contacts(engine, night)
            made = _all_made(catalogue, engine, identities)
        yield from made

    @dg.multi_asset(name="interactions", specs=catalogue.tables(*history))
    def interactions(night_shift: Shift) -> Results:
        with night_shift.step("interactions") as (engine, night):
            nightly.resolve_interactions(engine, night)
            made = _all_made(catalogue, engine, history)
        yield from made

    @dg.multi_asset(name="crosswalk", specs=catalogue.tables(*links))
    def crosswalk(night_shift: Shift) -> Results:
        with night_shift.step("crosswalk") as (engine, night):
            nightly.describe_links(engine, night)
            made = _all_made(catalogue, engine, links)
        yield from made

    @dg.multi_asset(name="unified_profiles", specs=catalogue.tables(*profiles))
    def unified_profiles(night_shift: Shift) -> Results:
        with night_shift.step("unified_profiles") as (engine, night):
            nightly.build_profiles(engine, night)
            made = _all_made(catalogue, engine, profiles)
        yield from made

    @dg.multi_asset(name="customer_context", specs=catalogue.tables(*context))
    def customer_context(night_shift: Shift) -> Results:
        with night_shift.step("customer_context") as (engine, night):
            nightly.describe_context(engine, night)
            made = _all_made(catalogue, engine, context)
        yield from made

    @dg.multi_asset(name="catalogue_conflicts", specs=catalogue.tables(*offered))
    def catalogue_conflicts(night_shift: Shift) -> Results:
        with night_shift.step("catalogue_conflicts") as (engine, night):
            nightly.compare_catalogue(engine, night)
            made = _all_made(catalogue, engine, offered)
        yield from made

    @dg.multi_asset(name="kpis", specs=catalogue.tables(*FIGURES))
    def kpis(night_shift: Shift) -> Results:
        with night_shift.step("kpis") as (engine, night):
            nightly.reckon_figures(engine, night)
            made = _all_made(catalogue, engine, FIGURES)
        yield from made

    return [
        customers,
        interactions,
        crosswalk,
        unified_profiles,
        customer_context,
        catalogue_conflicts,
        kpis,
    ]
