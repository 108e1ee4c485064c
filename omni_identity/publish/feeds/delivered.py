"""What was delivered since the last publication: the landings, their files, and the rows that take effect.

A delivery of a run that was withheld is still unpublished in the next one, and what corrects it counts together
with it: only rows that no other row has superseded are looked at, so a corrected row weighs nothing.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.record_versions import CLOCK_DAYS
from omni_identity.insight.interactions import ROWS_A_FILE

FILES = "delivered_files"
"""Temporary: ``file_no, channel, feed, row_count, believed_until``; files that are not published yet."""
CONTACTS = "delivered_contacts"
"""Temporary: ``file_no, row_number, channel, source_record_id, state`` of their contacts that take effect."""
INTERACTIONS = "delivered_interactions"
"""Temporary: ``file_no, row_number, channel`` of their interactions, the newest version of each."""


def mark_landings_published(engine: Engine) -> None:
    """Add all of ``landed.landings`` to ``settled.landings``: what has landed is published."""
    engine.run(
        "insert into settled.landings select channel, feed, path, version from landed.landings"
        " except select channel, feed, path, version from settled.landings"
    )


def find_delivered(engine: Engine) -> None:
    """Rebuild the temporary tables ``FILES``, ``CONTACTS`` and ``INTERACTIONS``.

    Reads ``landed.files``, ``landed.landings``, ``landed.interactions``, ``settled.landings`` and
    ``derived.row_states``.
    """
    engine.run(statement(__file__, "delivered_files"), {"clock_days": CLOCK_DAYS})
    engine.run(statement(__file__, "delivered_contacts"))
    engine.run(statement(__file__, "delivered_interactions"), {"rows_a_file": ROWS_A_FILE})


def drop_delivered(engine: Engine) -> None:
    """Drop what :func:`find_delivered` has made."""
    for table in (FILES, CONTACTS, INTERACTIONS):
        engine.run(f"drop table if exists {table}")
