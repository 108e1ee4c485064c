"""Which table stands behind which asset, under the names that the registry's column sources use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from omni_identity.channels.configuration import Configuration
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.registry import Table
from omni_identity.model.tables import published_tables
from omni_identity.orchestration.working_tables import (
    constraints_table,
    customers_table,
    landed_table,
    linkage_tables,
    source_records_table,
    standardised_table,
)
from omni_identity.pipeline.steps.landing import FAMILIES, feeds_of

PUBLISHED = "published"
"""First part of the keys of what consumers read."""


def asset_tables(configuration: Configuration | None) -> Mapping[str, Sequence[Table]]:
    """The tables that are assets, named as their assets are, by the name that ``Column.sources`` uses.

    ``contacts`` and ``landed_interactions`` are several: one a channel, which has its own name too.
    """
    vocabulary = configuration.vocabulary if configuration else Vocabulary()
    channels = configuration.channels if configuration else ()
    candidate_pairs, linkage_model, match_scores = linkage_tables()
    working = {
        "standardised_contacts": standardised_table(channels, vocabulary),
        "source_records": source_records_table(vocabulary),
        "judgements": constraints_table(),
        "candidate_pairs": candidate_pairs,
        "linkage_model": linkage_model,
        "match_scores": match_scores,
        "golden_ids": customers_table(),
    }
    found = {table.name: [replace(table, name=asset)] for asset, table in working.items()}
    for channel, kind, feed in feeds_of(configuration):
        name = f"{FAMILIES[kind]}/{channel.name}"
        found[name] = [landed_table(name, kind, feed, vocabulary)]
        found.setdefault(FAMILIES[kind], []).extend(found[name])
    for name, table in published_tables(vocabulary).items():
        found[name] = [replace(table, name=f"{PUBLISHED}/{name}")]
    return found
