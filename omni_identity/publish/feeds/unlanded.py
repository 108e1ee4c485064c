"""Measures what feeds delivered that did not land: rows passed over, and values that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from omni_identity.channels.column_sources import Source, describe_sources
from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.publish.feeds.figure import WHOLE, Figure

PASSED_OVER = ("filtered", "absent", "further")


def measure_unlanded(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Of each feed that delivered: the rows that were passed over, by why, and unread values, by column.

    A feed or column without any has no figure. Reads ``delivered_files``, ``landed.files`` and
    ``landed.unread_values``.
    """
    passed_over = engine.fetch(statement(__file__, "passed_over_rows"))
    unread = engine.fetch(statement(__file__, "unread_values"))
    rows: dict[tuple[str, str], int] = {}
    for channel, feed, landed, *counts in passed_over.iter_rows():
        rows[channel, feed] = landed - sum(counts)
        for name, count in zip(PASSED_OVER, counts, strict=True):
            if count:
                yield Figure.share((channel, feed, WHOLE), name, count, landed)
    columns = _columns(configuration)
    for channel, feed, attribute, count in unread.iter_rows():
        place = (channel, feed, attribute)
        total = max(rows[channel, feed], count)
        yield Figure.share(
            place, "unread", count, total, describe_sources(columns.get(place)) or None
        )


def _columns(configuration: Configuration) -> dict[tuple[str, str, str], tuple[Source, ...]]:
    """The columns of every attribute; those of lines are called ``lines.`` and their name."""
    found = {}
    for channel in configuration.channels:
        for kind, feed in channel.feeds():
            for section, mapped in feed.column_sections().items():
                prefix = "" if section == "mapping" else f"{section}."
                for name, sources in mapped.items():
                    found[channel.name, str(kind), prefix + name] = sources
    return found
