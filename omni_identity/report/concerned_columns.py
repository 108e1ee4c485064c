"""Which columns of a delivered file a held-back row was held back for, as ``omni.yaml`` names them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omni_identity.channels.configuration import load_configuration
from omni_identity.channels.feeds import Feed
from omni_identity.channels.reason_codes import reason_for
from omni_identity.model.errors import ConfigurationError


def read_feeds(settings: Path) -> Mapping[tuple[str, str], Feed]:
    """Return the feeds of ``omni.yaml`` by channel and kind; none where it has mistakes, which a run names."""
    try:
        configuration = load_configuration(settings)
    except ConfigurationError:
        return {}
    feeds: dict[tuple[str, str], Feed] = {
        (channel.name, kind): feed
        for channel in configuration.channels
        for kind, feed in channel.feeds()
    }
    return feeds | {(feed.channel, "catalogue"): feed for feed in configuration.catalogue}


def concerned_columns(feed: Feed | None, reason_code: str, detail: str) -> list[str]:
    """Return the columns by the reason, and by the attributes that the parts of ``detail`` begin with.

    Each once, in the feed's order; none where the reason concerns the row as a whole, or the feed is gone.
    """
    if feed is None:
        return []
    concerned = {
        *reason_for(reason_code).keys,
        *(part.partition(" ")[0] for part in detail.split("; ")),
    }
    named = (column for path, column in feed.named_columns() if path[-1] in concerned)
    return list(dict.fromkeys(named))
