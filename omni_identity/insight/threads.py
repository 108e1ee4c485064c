"""Threads: what belongs together in one customer's history, across channels.

A conversation that moves from chat to the telephone is one thread, as are a cart, its order, its
pick-up and its return.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.linkage.components import label_components


def find_threads(engine: Engine) -> None:
    """Make the temporary table ``interaction_threads``: ``channel, interaction_id, thread_id``.

    Reads ``new_interactions``, which holds every interaction of each of its customers. A thread is a
    connected component of one customer's interactions, whose pairs are said in ``thread_pairs.sql``. Only
    interactions that have others in their thread are in the table. All others, those of nobody known among
    them, are threads of their own, called after themselves.
    """
    engine.run(statement(__file__, "thread_nodes"))
    engine.run(statement(__file__, "thread_pairs"))
    label_components(engine, "thread_pairs", "thread_labels")
    engine.run(statement(__file__, "interaction_threads"))
    for table in ("nodes", "pairs", "labels"):
        engine.run(f"drop table thread_{table}")
