"""Interactions that only a device identifies, on the customer who was identified on that device around then."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement


def find_device_customers(engine: Engine, window_days: int) -> None:
    """Make the temporary table ``device_customers``: ``file_no, row_number, golden_id, resolved_by``.

    Reads ``resolved_interactions`` (all that have an affected device among them), ``sought_interactions``,
    ``ambiguous_interactions``, ``derived.source_records`` and ``derived.customers``. Who was identified on a
    device, and for how long around that (``window_days``), is said in ``device_claims.sql``. ``resolved_by``
    is ``device_id`` where a record names the device, else ``device_history``.
    """
    engine.run(statement(__file__, "device_interactions"))
    engine.run(statement(__file__, "device_claims"), {"days": window_days})
    engine.run(statement(__file__, "device_customers"))
    engine.run("drop table device_interactions")
    engine.run("drop table device_claims")
