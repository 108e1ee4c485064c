"""Cohorts: who ordered for the first time in one month, and what they ordered in that and each month after."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed


def update_customer_months(engine: Engine) -> None:
    """Bring ``derived.customer_months`` up to date for changed customers; reads their ``orders`` and ``subjects``."""
    with engine.transaction():
        engine.run(statement(__file__, "new_customer_months"))
        replace_changed(engine, "customer_months")


def build_cohorts(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild ``derived.cohorts`` from ``derived.customer_months`` and ``derived.as_of``; return how many rows."""
    engine.run(
        statement(__file__, "cohorts"),
        {"time_zone": settings.time_zone, "currency": settings.currency},
    )
    return count_rows(engine, "derived.cohorts")
