"""Who was in which customer after any published run: the changes of the crosswalk, record by record.

``golden_id_events`` say what became of IDs; which records a merge brought, they do not. So each run
also keeps the records whose customer it changed, and these rows alone give every past crosswalk.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import append_run_rows

CROSSWALK_AS_OF = statement(__file__, "crosswalk_as_of")
"""SQL over the published tables for the crosswalk that consumers read after the run ``past_run_id``."""


def begin_crosswalk_history(engine: Engine) -> None:
    """Let the history of a home that published before there was one begin with the last publication.

    Fills ``settled.crosswalk_changes`` from ``settled.crosswalk`` and ``ledger.runs``, if there is nothing in it.
    """
    engine.run(statement(__file__, "first_crosswalk_changes"))


def find_crosswalk_changes(engine: Engine, run_id: str) -> None:
    """Rebuild ``derived.crosswalk_changes``: affected customers' records whose golden ID this run changes.

    Reads ``settled.crosswalk``, ``derived.customers`` and ``changed.customers``.
    """
    engine.run(statement(__file__, "crosswalk_changes"), {"run_id": run_id})


def mark_crosswalk_published(engine: Engine, run_id: str) -> None:
    """Append the run's ``derived.crosswalk_changes`` to ``settled.crosswalk_changes``.

    Doing it twice does what doing it once does.
    """
    append_run_rows(engine, "crosswalk_changes", run_id)
