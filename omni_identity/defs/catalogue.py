"""The asset graph on one page: each asset's group, tools, and what it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

import dagster as dg

from omni_identity.channels.configuration import Channel, Configuration, Feed, FeedKind
from omni_identity.defs.column_metadata import column_lineage, column_schema, pii_class
from omni_identity.defs.working_tables import (
    constraints_table,
    customers_table,
    landed_table,
    linkage_tables,
    source_records_table,
    standardised_table,
)
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table, published_tables

OWNERS = ("team:data-engineering",)
A_NIGHT_AND_A_HALF = timedelta(hours=36)


@dataclass(frozen=True)
class Box:
    """One asset that is a table: its group, what it is made from, its tools, where it is stored.

    ``made_from`` names assets; ``contacts`` and ``landed_interactions`` stand for every channel's.
    """

    group: str
    made_from: tuple[str, ...]
    kinds: frozenset[str]
    stored: str


def _box(group: str, made_from: str, kinds: str, stored: str) -> Box:
    return Box(group, tuple(made_from.split()), frozenset(kinds.split()), stored)


BOXES: Mapping[str, Box] = {
    "standardised_contacts": _box(
        "standardise", "contacts", "polars duckdb", "landed.standardised_contacts"
    ),
    "source_records": _box("ledger", "standardised_contacts", "duckdb", "derived.source_records"),
    "channel_attributes": _box(
        "ledger", "standardised_contacts", "duckdb", "derived.channel_attributes"
    ),
    "constraints": _box("identity", "source_records", "polars duckdb", "derived.constraints"),
    "rejected_verdicts": _box(
        "identity", "source_records", "polars duckdb", "derived.rejected_verdicts"
    ),
    "erasures": _box("identity", "source_records", "polars duckdb", "derived.erasures"),
    "candidate_pairs": _box("linkage", "source_records", "duckdb", "derived.candidate_pairs"),
    "linkage_model": _box("linkage", "source_records candidate_pairs", "splink", "models"),
    "match_scores": _box(
        "linkage",
        "candidate_pairs linkage_model constraints",
        "splink duckdb",
        "derived.scored_pairs",
    ),
    "customers": _box("identity", "match_scores constraints", "duckdb", "derived.customers"),
    "verdicts": _box("identity", "constraints match_scores", "duckdb", "derived.verdicts"),
    "golden_id_events": _box("identity", "match_scores", "duckdb", "derived.golden_id_events"),
    "golden_id_redirects": _box(
        "identity", "match_scores", "duckdb", "derived.golden_id_redirects"
    ),
    "crosswalk_changes": _box("identity", "match_scores", "duckdb", "derived.crosswalk_changes"),
    "interactions": _box(
        "insight", "landed_interactions customers", "polars duckdb", "derived.interactions"
    ),
    "interaction_lines": _box(
        "insight", "landed_interactions interactions", "duckdb", "derived.interaction_lines"
    ),
    "crosswalk": _box("profile", "customers match_scores", "duckdb", "derived.crosswalk"),
    "match_edges": _box(
        "profile", "customers match_scores linkage_model", "duckdb", "derived.match_edges"
    ),
    "customer_diagnostics": _box(
        "profile",
        "customers match_scores linkage_model constraints",
        "duckdb",
        "derived.customer_diagnostics",
    ),
    "profile_lineage": _box(
        "profile", "crosswalk source_records", "duckdb", "derived.profile_lineage"
    ),
    "unified_profiles": _box(
        "profile",
        "crosswalk customer_diagnostics source_records interactions",
        "duckdb",
        "derived.unified_profiles",
    ),
    "consents": _box(
        "profile",
        "crosswalk source_records profile_lineage",
        "duckdb",
        "derived.consents",
    ),
    "interaction_findings": _box(
        "insight", "interactions crosswalk", "duckdb", "derived.interaction_findings"
    ),
    "open_matters": _box("insight", "interactions", "duckdb", "derived.open_matters"),
    "customer_context": _box(
        "insight",
        "interactions open_matters unified_profiles consents",
        "duckdb",
        "derived.customer_context",
    ),
    "audience_members": _box(
        "insight",
        "interactions open_matters customer_context unified_profiles consents",
        "duckdb",
        "derived.audience_members",
    ),
    "audience_changes": _box("insight", "audience_members", "duckdb", "derived.audience_changes"),
    "journeys": _box("insight", "interactions", "duckdb", "derived.journeys"),
    "journey_transitions": _box("insight", "journeys", "duckdb", "derived.journey_transitions"),
    "kpi_definitions": _box("insight", "interactions", "duckdb", "derived.kpi_definitions"),
    "kpis": _box("insight", "interactions journeys", "duckdb", "derived.kpis"),
    "kpi_series": _box("insight", "kpis", "duckdb", "derived.kpi_series"),
    "identity_lift": _box(
        "insight", "kpis interactions customers", "duckdb", "derived.identity_lift"
    ),
    "identity_gaps": _box(
        "insight", "crosswalk interactions unified_profiles", "duckdb", "derived.identity_gaps"
    ),
    "catalogue_items": _box("insight", "deliveries", "polars duckdb", "derived.catalogue_items"),
    "catalogue_conflicts": _box(
        "insight", "catalogue_items", "duckdb", "derived.catalogue_conflicts"
    ),
    "store_stock": _box("insight", "catalogue_items open_matters", "duckdb", "derived.store_stock"),
    "quarantined_records": _box(
        "publish",
        "standardised_contacts interactions",
        "duckdb parquet",
        "main.quarantined_records",
    ),
    "quarantined_files": _box(
        "publish",
        "standardised_contacts interactions",
        "duckdb parquet",
        "main.quarantined_files",
    ),
    "runs": _box("publish", "golden_id_events", "duckdb parquet", "main.runs"),
    "run_channel_counts": _box(
        "publish", "source_records", "duckdb parquet", "main.run_channel_counts"
    ),
    "run_diagnostics": _box(
        "publish",
        "customers match_scores linkage_model source_records",
        "duckdb parquet",
        "main.run_diagnostics",
    ),
    "ledger_records": _box("publish", "source_records", "duckdb parquet", "main.ledger_records"),
    "feed_figures": _box(
        "publish", "source_records interactions", "duckdb parquet", "main.feed_figures"
    ),
}
"""Every asset that is one table, but for what lands, in the order of the night.

Stored in the warehouse (``main``: in the publication); the linkage model is a folder.
"""

WITH_THE_CANDIDATE = (
    *("quarantined_records", "quarantined_files", "runs", "run_channel_counts", "run_diagnostics"),
    "ledger_records",
    "feed_figures",
)
"""Published tables that come into being with the candidate publication only."""

BUILT_BEFORE = (
    *("channel_attributes", "golden_id_events", "golden_id_redirects", "crosswalk_changes"),
    *("interactions", "interaction_lines"),
    *("crosswalk", "match_edges", "customer_diagnostics", "profile_lineage", "unified_profiles"),
    *("consents", "verdicts", "rejected_verdicts", "erasures"),
    *("interaction_findings", "open_matters", "customer_context"),
    *("audience_members", "audience_changes"),
    *("catalogue_items", "catalogue_conflicts", "store_stock"),
    *("journeys", "journey_transitions", "kpis", "kpi_series", "kpi_definitions"),
    *("identity_lift", "identity_gaps"),
)
"""Published tables that the candidate takes over."""


@dataclass(frozen=True)
class LandedFeed:
    """One feed of one channel, as an asset: ``contacts/web`` or ``landed_interactions/web``."""

    channel: Channel
    kind: FeedKind
    feed: Feed

    @property
    def family(self) -> str:
        """The name under which ``Column.sources`` and ``Box.made_from`` know the feed."""
        return "contacts" if self.kind == "contacts" else "landed_interactions"

    @property
    def asset_name(self) -> str:
        """The asset's key, its parts joined by a slash."""
        return f"{self.family}/{self.channel.name}"

    @property
    def box(self) -> Box:
        """How it stands in the graph."""
        suffixes = [s for s in PurePath(self.feed.files).suffixes if s != ".gz"]
        formats = (suffix.removeprefix(".") for suffix in suffixes[-1:])
        kinds = {"polars", *(name for name in formats if name.isascii() and name.isalnum())}
        return Box("channels", ("deliveries",), frozenset(kinds), f"landed.{self.kind}")


class Catalogue:
    """All asset specs of one configuration; None is a home without ``omni.yaml``: no channels."""

    def __init__(self, configuration: Configuration | None) -> None:
        self.feeds = tuple(
            LandedFeed(channel, kind, feed)
            for channel in (configuration.channels if configuration else ())
            for kind, feed in channel.feeds()
        )
        self._tables = dict(_tables(configuration, self.feeds))
        upstream = {name: [self._tables[name]] for name in BOXES if name not in WITH_THE_CANDIDATE}
        for landed in self.feeds:
            table = self._tables[landed.asset_name]
            upstream.setdefault(landed.family, []).append(table)
            upstream[landed.asset_name] = [table]
        self._upstream = upstream

    def deliveries(self) -> dg.AssetSpec:
        """The spec of the files in the landing."""
        return _spec(
            "deliveries",
            group="channels",
            kinds={"file"},
            description="The files that channels have left in the landing, and that fit omni.yaml.",
        )

    def landed(self, landed: LandedFeed) -> dg.AssetSpec:
        """The spec of what one channel's feed has landed."""
        return self._table_spec(landed.asset_name, landed.box)

    def tables(self, *names: str) -> list[dg.AssetSpec]:
        """The specs of assets in ``BOXES``."""
        return [self._table_spec(name, BOXES[name]) for name in names]

    def candidate(self) -> list[dg.AssetSpec]:
        """The specs of the built, not yet published version, and of the tables that it adds."""
        candidate = _spec(
            "publication_candidate",
            group="publish",
            kinds={"duckdb", "parquet"},
            description="Tonight's publication, built beside the current one and audited here. "
            "A failed check keeps it from consumers: they go on reading the last good version.",
        )
        return [
            candidate.replace_attributes(deps=self._keys(BUILT_BEFORE)),
            *self.tables(*WITH_THE_CANDIDATE),
        ]

    def publication(self) -> dg.AssetSpec:
        """The spec of what consumers read."""
        spec = _spec(
            "publication",
            group="publish",
            kinds={"duckdb", "parquet"},
            description="What consumers read: published/omni.duckdb and published/parquet, "
            "switched to the audited candidate in one atomic step.",
        )
        return spec.replace_attributes(
            deps=["publication_candidate"],
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=A_NIGHT_AND_A_HALF),
        )

    def lineage(self, name: str) -> dict[str, dg.TableColumnLineage]:
        """The column lineage of an asset, as metadata: Dagster wants it with every materialisation."""
        lineage = column_lineage(self._tables[name], self._upstream)
        return {"dagster/column_lineage": lineage} if lineage else {}

    def _table_spec(self, name: str, box: Box) -> dg.AssetSpec:
        table = self._tables[name]
        spec = _spec(name, group=box.group, kinds=set(box.kinds), description=table.comment)
        return spec.replace_attributes(
            deps=self._keys(box.made_from),
            tags={**spec.tags, "pii": pii_class(table)},
            metadata={
                "dagster/table_name": f"omni.{box.stored}",
                "dagster/column_schema": column_schema(
                    table, column_lineage(table, self._upstream)
                ),
            },
        )

    def _keys(self, names: Iterable[str]) -> list[dg.AssetKey]:
        keys: list[dg.AssetKey] = []
        for name in names:
            families = [feed.asset_name for feed in self.feeds if feed.family == name]
            if name in ("contacts", "landed_interactions") and not families:
                families = ["deliveries"]  # without channels the graph begins where it always does
            keys += [dg.AssetKey(key.split("/")) for key in families or [name]]
        return keys


def _spec(name: str, group: str, kinds: set[str], description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        name.split("/"),
        description=description,
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        tags={"pii": "personal"},
    )


def _tables(
    configuration: Configuration | None, feeds: Iterable[LandedFeed]
) -> Iterator[tuple[str, Table]]:
    vocabulary = configuration.vocabulary if configuration else Vocabulary()
    for landed in feeds:
        yield (
            landed.asset_name,
            landed_table(landed.asset_name, landed.kind, landed.feed, vocabulary),
        )
    channels = configuration.channels if configuration else ()
    working = (
        standardised_table(channels, vocabulary),
        source_records_table(vocabulary),
        constraints_table(),
        *linkage_tables(),
        customers_table(),
    )
    for table in working:
        yield table.name, table
    yield from published_tables(vocabulary).items()
