"""Who gets a person's data: the readers of the publication, and every configured destination."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from omni_identity.channels.configuration import Configuration
from omni_identity.destinations import Destination
from omni_identity.engines import Engine

AUDIENCES = ("audience_members", "audience_changes", "audience_log")
"""Published tables that stand in CSV files too, for tools that take over audiences."""


def list_recipients(
    engine: Engine, configuration: Configuration, tables: Collection[str]
) -> list[dict[str, Any]]:
    """Every recipient with the tables that it gets of those that have rows of the person, and when it got them last.

    Reads ``ledger.destinations``. A time is null where nothing was delivered yet.
    """
    delivered = engine.fetch("select destination, delivered_at from ledger.destinations")
    last = dict(delivered.iter_rows())
    found = [_readers(configuration, tables)]
    for name, destination in configuration.destinations.items():
        found.append(
            {
                "name": name,
                "type": destination.type,
                "edition": destination.edition,
                "tables": _tables_of(destination, tables),
                "last_delivered_at": last.get(name),
            }
        )
    return found


def _readers(configuration: Configuration, tables: Collection[str]) -> dict[str, Any]:
    readers = {
        "owner": "the account that runs omni_identity",
        "group": "the group of the account that runs omni_identity",
        "all": "every account of the machine",
    }
    return {
        "name": readers[configuration.publish.readable_by],
        "type": "published folder",
        "edition": "whole and masked" if configuration.publish.masked else "whole",
        "tables": sorted(tables),
        "last_delivered_at": None,
    }


def _tables_of(destination: Destination, tables: Collection[str]) -> list[str]:
    is_of_audiences = (
        destination.type == "files" or getattr(destination, "content", "") == "audiences"
    )
    if is_of_audiences:
        return sorted(set(tables) & set(AUDIENCES))
    return sorted(set(tables) - set(destination.leave_out))
