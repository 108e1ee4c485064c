"""Measures what feeds delivered that did not land: rows passed over, and values that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from omni_identity.channels.column_sources import Source, describe_sources
from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.publish.feeds.delivered import FILES
from omni_identity.publish.feeds.figure import WHOLE, Figure

PASSED_OVER = ("filtered", "absent", "further")


def measure_unlanded(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Of each feed that delivered: the rows that were passed over, by why, and unread values, by column.

    What nothing was passed over or unread for has no figure.
    """
    rows: dict[tuple[str, str], int] = {}
    for channel, feed, landed, *counts in engine.fetch(_PASSED_OVER).iter_rows():
        rows[channel, feed] = landed - sum(counts)
        for name, count in zip(PASSED_OVER, counts, strict=True):
            if count:
                yield Figure.share((channel, feed, WHOLE), name, count, landed)
    columns = _columns(configuration)
    for channel, feed, attribute, count in engine.fetch(_UNREAD).iter_rows():
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


_PASSED_OVER = f"""
    select d.channel, d.feed, sum(f.row_count)::bigint as landed,
        sum(coalesce(f.filtered_count, 0))::bigint as filtered,
        sum(coalesce(f.absent_count, 0))::bigint as absent,
        sum(coalesce(f.further_count, 0))::bigint as further
    from {FILES} d join landed.files f on f.file_no = d.file_no
    group by d.channel, d.feed order by d.channel, d.feed
"""

_UNREAD = f"""
    select u.channel, u.feed, u.attribute, sum(u.value_count)::bigint as n
    from landed.unread_values u join {FILES} d on d.file_no = u.file_no
    group by u.channel, u.feed, u.attribute order by u.channel, u.feed, u.attribute
"""
