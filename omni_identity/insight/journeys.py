"""Journeys: what a customer did on the way to an order or to silence, and from which channel to which they went."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, mark_changed, replace_changed

LAST_POSITION = 6
"""The last position in a journey that ``journey_transitions`` has; later ones count as this one."""

_TEMPORARY = ("journey_stays", "subject_journeys", "journey_stages", "order_campaigns")


def create_journeys(engine: Engine) -> None:
    """Make ``journey_stays``, ``subject_journeys``, ``journey_stages`` and ``order_campaigns`` from ``touches``.

    They are temporary. Reads the other relations of ``create_subject_touches`` too. What a journey is, and a stay, is
    said in ``journey_stays.sql``, what its stages are in ``journey_stages.sql``.
    """
    for name in _TEMPORARY:
        engine.run(statement(__file__, name))


def drop_journeys(engine: Engine) -> None:
    """Drop what ``create_journeys`` made."""
    for table in _TEMPORARY:
        engine.run(f"drop table if exists {table}")


def mark_silent_journeys(engine: Engine, silence_days: int) -> None:
    """Mark the customers one of whose journeys has fallen silent, or is open again, without any new touch.

    Reads ``derived.journeys``, which is created where it is not there, and ``derived.as_of``.
    """
    create_missing(engine, "derived.journeys")
    is_silent = f"ended_at + interval {silence_days:d} day < as_of"
    mark_changed(
        engine,
        CUSTOMERS,
        "select distinct golden_id from derived.journeys cross join derived.as_of"
        f" where outcome <> 'order' and (outcome = 'silence') <> ({is_silent})",
    )


def update_journeys(engine: Engine, silence_days: int) -> int:
    """Bring ``derived.journeys``, ``derived.journey_steps`` and their roll-up up to date; return how many journeys.

    Reads what ``create_journeys`` made of the changed customers, ``subjects`` and ``derived.as_of``; rebuilds
    ``derived.journey_transitions``.
    """
    with engine.transaction():
        engine.run(statement(__file__, "new_journeys"), {"silence_days": silence_days})
        replace_changed(engine, "journeys")
        engine.run(statement(__file__, "new_journey_steps"), {"last_position": LAST_POSITION})
        replace_changed(engine, "journey_steps")
        engine.run(statement(__file__, "journey_transitions"))
    return count_rows(engine, "derived.journeys")
