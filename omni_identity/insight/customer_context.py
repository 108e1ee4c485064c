"""What whoever meets the customer next should know, on one row each."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed


def build_customer_context(engine: Engine, settings: InsightSettings) -> int:
    """Bring ``derived.customer_context`` up to date for changed customers; return how many customers there are.

    Reads ``derived.open_matters``, ``derived.contact_options``, ``derived.unified_profiles``, ``derived.interactions``
    and what ``find_order_lines`` makes.
    """
    statuses = {
        "pickup": list(settings.pickup_statuses),
        "cancelled": list(settings.cancelled_statuses),
    }
    with engine.transaction():
        engine.run(statement(__file__, "new_customer_context"), statuses)
        replace_changed(engine, "customer_context")
    return count_rows(engine, "derived.customer_context")
