"""Which of a record's rows is newer: the places of files, and the times that are believed."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement

CLOCK_DAYS = 1
"""How far ahead of the moment in which its file first landed a channel's clock may be."""


def snapshot_channels(configuration: Configuration) -> list[str]:
    """The channels whose contact files each hold all contacts: what the newest lacks is deleted."""
    return [c.name for c in configuration.channels if c.contacts and c.contacts.feed == "snapshot"]


def list_contact_files(engine: Engine, configuration: Configuration) -> None:
    """Rebuild the temporary table ``contact_files`` from ``landed.files`` and ``landed.landings``."""
    parameters = {"snapshots": snapshot_channels(configuration), "clock_days": CLOCK_DAYS}
    engine.run(statement(__file__, "contact_files"), parameters)


def believed(row: str, file: str, column: str = "updated_at") -> str:
    """SQL for a time of a row, null where the row's file, of ``contact_files``, says not to believe it.

    ``row`` and ``file`` are what the query calls them.
    """
    return f'case when {row}."{column}" <= {file}.believed_until then {row}."{column}" end'
