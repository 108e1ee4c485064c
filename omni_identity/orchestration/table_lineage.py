"""Which table stands behind which asset, under the names that the registry's column sources use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from omni_identity.channels.configuration import Configuration
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table, published_tables, warehouse_tables
from omni_identity.model.tables.linkage import LINKAGE_MODEL
from omni_identity.orchestration.feed_tables import landed_table, standardised_table
from omni_identity.pipeline.sequence import steps_of
from omni_identity.pipeline.steps.landing import FAMILIES, feeds_of

PUBLISHED = "published"
"""First part of the keys of what consumers read."""


def asset_tables(configuration: Configuration | None) -> Mapping[str, Sequence[Table]]:
    """The tables that are assets, named as their assets are, by the name that ``Column.sources`` uses.

    ``contacts`` and ``landed_interactions`` are several: one a channel, which has its own name too. A table
    that is published counts as what consumers read, not as what the step left.
    """
    vocabulary = configuration.vocabulary if configuration else Vocabulary()
    channels = configuration.channels if configuration else ()
    published, tables = published_tables(vocabulary), warehouse_tables(vocabulary)
    standardised = standardised_table(channels, vocabulary)
    tables[standardised.full_name] = standardised
    found = {LINKAGE_MODEL.name: [LINKAGE_MODEL]}
    for step in steps_of(configuration):
        table = tables.get(step.table)
        if table and table.name not in published:
            found[table.name] = [replace(table, name=step.name)]
    for channel, kind, feed in feeds_of(configuration):
        name = f"{FAMILIES[kind]}/{channel.name}"
        found[name] = [landed_table(name, kind, feed, vocabulary)]
        found.setdefault(FAMILIES[kind], []).extend(found[name])
    for name, table in published.items():
        found[name] = [replace(table, name=f"{PUBLISHED}/{name}")]
    return found
