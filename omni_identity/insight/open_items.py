"""What is unfinished between a customer and the company: carts, tickets, orders that wait to be picked up."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed
from omni_identity.insight.done_by_others import find_done_by_others


def build_open_items(engine: Engine, settings: InsightSettings) -> None:
    """Bring ``derived.open_matters`` up to date for changed customers.

    Reads ``derived.interactions``. What makes a cart, a ticket and an order open is said in
    ``new_open_matters.sql``, its columns in the registry.
    """
    statuses = {
        "pickup": list(settings.pickup_statuses),
        "cancelled": list(settings.cancelled_statuses),
    }
    with engine.transaction():
        engine.run(statement(__file__, "item_history"))
        find_done_by_others(engine)
        engine.run(statement(__file__, "new_open_matters"), statuses)
        for table in ("item_history", "done_by_others"):
            engine.run(f"drop table {table}")
        replace_changed(engine, "open_matters")
