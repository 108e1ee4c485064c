"""The moment that figures and audiences take for now: it moves with what was delivered, not with the clock."""

from __future__ import annotations

from datetime import datetime

from omni_identity.engines import Engine


def update_as_of(engine: Engine, started_at: datetime) -> datetime | None:
    """Rebuild ``derived.as_of`` (one row, ``as_of``) from ``derived.interactions``; return what it says.

    It is the latest ``occurred_at`` that is not later than ``started_at`` (UTC, no zone), null without
    any. So a run with nothing new gives the same tables, and a full refresh those of the increments.
    Other SQL reads it as ``(select as_of from derived.as_of)``.
    """
    engine.run(
        "create or replace table derived.as_of as"
        " select max(occurred_at) as as_of from derived.interactions where occurred_at <= $started_at",
        {"started_at": started_at},
    )
    moment: datetime | None = engine.fetch("select as_of from derived.as_of")["as_of"][0]
    return moment
