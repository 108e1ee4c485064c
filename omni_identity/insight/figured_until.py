"""Whether figures are up to date: nothing that they are made from has changed since they were last made."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.identity.changes import CUSTOMERS, INTERACTIONS, is_up_to_date

FIGURED_UNTIL = "derived.figured_until"


def are_figures_up_to_date(engine: Engine) -> bool:
    """Whether no customer and no interaction is marked, and now is the moment for which figures were last made.

    Reads ``changed.customers``, ``changed.interactions``, ``derived.as_of`` and ``derived.figured_until``. Asked when
    journeys that have fallen silent are marked. What omni.yaml and the code say is in the step's fingerprint; a
    customer whose own segments changed is marked.
    """
    create_missing(engine, FIGURED_UNTIL)
    if not is_up_to_date(engine, (), CUSTOMERS, INTERACTIONS):
        return False
    same = (
        f"select 1 as x from {FIGURED_UNTIL} f cross join derived.as_of a"
        " where f.as_of is not distinct from a.as_of"
    )
    return engine.fetch(same).height > 0


def note_figured(engine: Engine) -> None:
    """Write ``derived.figured_until``, one row: figures are made for the moment that ``derived.as_of`` says."""
    with engine.transaction():
        engine.run(f"delete from {FIGURED_UNTIL}")
        engine.run(f"insert into {FIGURED_UNTIL} select as_of from derived.as_of")
