"""Which interactions are looked at again: those that landed or expired, and those whose customer may be
another now.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement

DEVICE = "device_id"
"""The identifier that says who it may have been, not who it was: a device may be shared."""


def find_affected_interactions(engine: Engine, identifiers: Sequence[str]) -> None:
    """Make ``sought_interactions`` (every identifier in landed rows) and ``affected_interactions``.

    The latter has ``channel, interaction_id`` of each only once. Reads ``landed.interaction_identifiers``,
    ``landed.interactions``, ``landed.files``, ``landed.landings``, ``changed.seen_landings``,
    ``changed.records``, ``changed.identifiers``, ``derived.customers``, ``derived.source_records``,
    ``derived.interactions``, ``ledger.records`` and what has expired.
    """
    engine.run(_sought_sql(identifiers))
    engine.run(statement(__file__, "new_files"))
    if _has_seen_files(engine):
        engine.run(statement(__file__, "affected_records"))
        engine.run(_affected_values_sql(identifiers))
        engine.run(statement(__file__, "affected_interactions"))
        engine.run(statement(__file__, "affected_on_devices"))
        for table in ("affected_records", "affected_values"):
            engine.run(f"drop table {table}")
    else:
        # all that ever landed is new
        engine.run(
            "create or replace temp table affected_interactions as"
            " select distinct channel, interaction_id from landed.interactions"
        )
    engine.run("drop table new_files")


def _sought_sql(identifiers: Sequence[str]) -> str:
    sought = " union all ".join(
        f"select file_no, row_number, '{name}' as identifier, {rank} as rank, unnest(\"{name}\") as value"
        f' from landed.interaction_identifiers where "{name}" is not null'
        for rank, name in enumerate(identifiers)
    )
    return f"create or replace temp table sought_interactions as {sought}"


def _affected_values_sql(identifiers: Sequence[str]) -> str:
    """SQL for ``affected_values``: ``identifier, value`` that changed, or that an affected record has."""
    held = " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from derived.source_records"
        f' where "{name}" is not null and record_no in (select record_no from affected_records)'
        for name in identifiers
    )
    return (
        "create or replace temp table affected_values as"
        f" select identifier, value from changed.identifiers union {held}"
    )


def _has_seen_files(engine: Engine) -> bool:
    """Whether any file of interactions is known already."""
    seen = "feed = 'interactions' and file_no not in (select file_no from new_files)"
    return engine.fetch(f"select file_no from landed.files where {seen} limit 1").height > 0
