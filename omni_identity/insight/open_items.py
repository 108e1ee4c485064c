"""What is unfinished between a customer and the company: carts, tickets, orders that wait to be picked up."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import replace_changed


def build_open_items(engine: Engine, settings: InsightSettings) -> None:
    """Bring ``derived.open_matters`` up to date for changed customers.

    Reads ``derived.interactions`` and what ``find_order_lines`` makes. What makes a cart, a ticket and an order open
    is said in ``carts_left.sql`` and ``new_open_matters.sql``, its columns in the registry.
    """
    statuses = {
        "pickup": list(settings.pickup_statuses),
        "cancelled": list(settings.cancelled_statuses),
    }
    with engine.transaction():
        engine.run(statement(__file__, "item_history"))
        engine.run(statement(__file__, "carts_left"), {"cancelled": statuses["cancelled"]})
        engine.run(statement(__file__, "new_open_matters"), {"pickup": statuses["pickup"]})
        for table in ("item_history", "carts_left"):
            engine.run(f"drop table {table}")
        replace_changed(engine, "open_matters")
