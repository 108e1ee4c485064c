"""Where an export is made: who a term means, everything about them, and the folder it goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.quotations import Quotations
from omni_identity.erasure.requests import suppression_of
from omni_identity.export.everything import Document, collect_everything
from omni_identity.export.folder import write_folder
from omni_identity.identity.standardised_contacts import standardise_landed_contacts
from omni_identity.insight.interactions import standardise_interaction_identifiers
from omni_identity.model.home import Home
from omni_identity.person_requests.erasure_request import find_target
from omni_identity.pipeline.run_context import utc_now
from omni_identity.pipeline.warehouse import open_tables
from omni_identity.stewardship.access_log import Access, log_access
from omni_identity.stewardship.erasure_entries import erasure_key


@dataclass(frozen=True)
class ExportRequest:
    """Whom a privacy officer hands out, by a term that names them; who does it and why."""

    term: str
    by: str
    reason: str


Log = Callable[[tuple[str, ...], str, str], None]
"""Writes down whom somebody hands out (golden IDs), who does and why."""


def export_person(
    home: Home, configuration: Configuration, request: ExportRequest, folder: Path
) -> dict[str, int]:
    """Write everything about the one person that a term names to a folder; return what of it there is, counted.

    It is written to the access log before, as :func:`collect_person` says.
    """

    def log(seen: tuple[str, ...], by: str, reason: str) -> None:
        log_access(home, Access(utc_now(), "export", seen, request.term, by, reason))

    document = collect_person(home, configuration, request, log)
    write_folder(document, folder)
    return {
        "records": len(document["person"]["records"]),
        "interactions": len(document["published"].get("interactions", [])),
        "messages": len(document["published"].get("messages", [])),
        "delivered rows": len(document["delivered"]),
        "recipients": len(document["recipients"]),
    }


def collect_person(
    home: Home, configuration: Configuration, request: ExportRequest, log: Log
) -> Document:
    """Everything about the one person that a term names, once ``log`` has written down that it is handed out.

    What ``by`` and ``reason`` quote of the person is marked before. Raises ``UsageError`` for several customers or
    nobody, ``HomeIsBusy`` while a run is at work.
    """
    target = find_target(home, configuration, request.term)
    with open_tables(home, configuration) as engine:
        standardise_landed_contacts(engine, configuration)
        standardise_interaction_identifiers(engine, configuration)
        found = (target.golden_id, target.person)
        document = collect_everything(engine, home, configuration, found, utc_now())
        known = suppression_of(
            target.person.hashes(erasure_key(home)), erasure_key(home), configuration
        )
    by, reason = Quotations(known).marked(pl.Series([request.by, request.reason])).to_list()
    log((target.golden_id,) if target.golden_id else (), by, reason)
    return document
