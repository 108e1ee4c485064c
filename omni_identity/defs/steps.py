"""The assets of the night: each reads, makes one call of ``nightly``, and says what came of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from omni_identity import nightly
from omni_identity.channels.deliveries import list_files
from omni_identity.defs.catalogue import BOXES, Catalogue, LandedFeed
from omni_identity.defs.night_shift import NightShift
from omni_identity.engines import Engine, count_rows

Shift = dg.ResourceParam[NightShift]
Metadata = Mapping[str, int | float | str | bool]
Made = dg.MaterializeResult[Any]
Results = Iterator[Made]
"""Of the assets that one step makes."""
Work = Callable[[Engine, nightly.Night], int]
"""One call of ``nightly``."""

JUDGED = ("constraints", "rejected_verdicts", "erasures")
"""What is made from the files in ``judgements/`` before anything is linked."""

PROFILE_STEPS: Mapping[str, tuple[Work, tuple[str, ...]]] = {
    "customers": (
        nightly.cluster_contacts,
        (
            *("customers", "golden_id_events", "golden_id_redirects", "crosswalk_changes"),
            "verdicts",
        ),
    ),
    "interactions": (
        nightly.resolve_interactions,
        ("interactions", "interaction_lines", "interaction_findings"),
    ),
    "crosswalk": (
        nightly.describe_links,
        ("crosswalk", "match_edges", "customer_diagnostics"),
    ),
    "unified_profiles": (
        nightly.build_profiles,
        ("profile_lineage", "unified_profiles", "consents"),
    ),
    "customer_context": (
        nightly.describe_context,
        ("open_matters", "customer_context", "audience_members", "audience_changes"),
    ),
    "catalogue_conflicts": (
        nightly.compare_catalogue,
        ("catalogue_items", "catalogue_conflicts", "store_stock"),
    ),
    "kpis": (
        nightly.reckon_figures,
        (
            *("journeys", "journey_transitions", "kpi_definitions", "kpis", "kpi_series"),
            *("identity_lift", "identity_gaps"),
        ),
    ),
}
"""The last steps before the candidate, in order: by name, the call and the tables that it makes, upstream first."""


def nightly_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    """Return every asset up to the profiles, in the order of the night."""
    return [
        _deliveries(catalogue),
        *(_landed(catalogue, feed) for feed in catalogue.feeds),
        *_linkage_steps(catalogue),
        *(_step(catalogue, name, *made) for name, made in PROFILE_STEPS.items()),
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
        "match_scores",
    ]
    return ["deliveries", *feeds, *linkage, *PROFILE_STEPS]


def _made(catalogue: Catalogue, engine: Engine, name: str, facts: Metadata | None = None) -> Made:
    """The result of one table: row count, lineage, and facts that hold no personal data."""
    rows = count_rows(engine, BOXES[name].stored)
    known: dict[str, Any] = {"dagster/row_count": rows, **catalogue.lineage(name)}
    return dg.MaterializeResult(name, metadata={**known, **(facts or {})})


def _all_made(catalogue: Catalogue, engine: Engine, names: Iterable[str]) -> list[Made]:
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
            for file in intake.set_aside:
                context.log.warning(f"{file.path}: {file.detail} ({file.advice})")
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
                    "rows_filtered": intake.filtered_count,
                    "rows_quarantined": intake.quarantined_count,
                    "files_set_aside": len(intake.set_aside),
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

    constraints = _step(catalogue, "constraints", nightly.read_verdicts, JUDGED)

    @dg.multi_asset(name="candidate_pairs", specs=catalogue.tables("candidate_pairs"))
    def candidate_pairs(context: dg.AssetExecutionContext, night_shift: Shift) -> Made:
        with night_shift.step("candidate_pairs") as (engine, night):
            summary = nightly.block_contacts(engine, night)
            remarks = summary.remarks()
            for remark in remarks:
                context.log.warning(remark)
            left_out = {
                f"keys_left_out_{rule}": found.key_count
                for rule, found in summary.keys_left_out.items()
            }
            facts: dict[str, int | str] = {**left_out, "remarks": " ".join(remarks)}
            return _made(catalogue, engine, "candidate_pairs", facts)

    @dg.multi_asset(name="linkage_model", specs=catalogue.tables("linkage_model"))
    def linkage_model(context: dg.AssetExecutionContext, night_shift: Shift) -> Made:
        with night_shift.step("linkage_model") as (engine, night):
            tell = night_shift.watch_pairs("linkage_model", context.log.info)
            model, training = nightly.ensure_linkage_model(engine, night, tell)
            records = count_rows(engine, "derived.linkage_records")
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
    def match_scores(context: dg.AssetExecutionContext, night_shift: Shift) -> Made:
        with night_shift.step("match_scores") as (engine, night):
            tell = night_shift.watch_pairs("match_scores", context.log.info)
            nightly.link_contacts(engine, night, tell)
            return _made(catalogue, engine, "match_scores")

    return [
        standardised_contacts,
        source_records,
        constraints,
        candidate_pairs,
        linkage_model,
        match_scores,
    ]


def _step(
    catalogue: Catalogue, name: str, work: Work, tables: tuple[str, ...]
) -> dg.AssetsDefinition:
    """A step that has no more to say of the tables that it makes than that they are made."""

    @dg.multi_asset(name=name, specs=catalogue.tables(*tables))
    def step(night_shift: Shift) -> Results:
        with night_shift.step(name) as (engine, night):
            work(engine, night)
            made = _all_made(catalogue, engine, tables)
        yield from made

    return step
