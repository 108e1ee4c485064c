"""What changed customers bought, product by product, and what of it they kept."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.insight.done_by_others import find_done_by_others

TABLES = ("done_by_others", "order_lines", "order_products")


def find_order_lines(engine: Engine) -> None:
    """Make the temporary tables ``done_by_others``, ``order_lines`` and, in words, ``order_products``.

    Reads ``derived.interactions`` and ``derived.interaction_lines``.
    """
    find_done_by_others(engine)
    engine.run(statement(__file__, "order_lines"))
    engine.run(statement(__file__, "order_products"))


def drop_order_lines(engine: Engine) -> None:
    """Drop what ``find_order_lines`` makes."""
    for table in TABLES:
        engine.run(f"drop table {table}")
