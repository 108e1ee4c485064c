"""Which records' customers have to be decided again: components of what changed, as they were and as they are.

A customer is a function of its component: of the pairs, verdicts and unique identifiers inside it. So
only components that a changed record is in, was in, or now comes into are looked at again. Of many
records some hang together so widely that components are taken apart before they are used; then a
change is looked for in all of that whole, but only the parts that it did change are decided again.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import REGROUPED, mark_changed
from omni_identity.linkage import components
from omni_identity.linkage.components import SEED_WEIGHT, connect_records, create_constraints
from omni_identity.linkage.equal_records import create_equal_records
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scored_pairs import update_inner_scores
from omni_identity.linkage.vectors import OnProgress


def find_affected_components(engine: Engine) -> None:
    """Rebuild ``derived.affected_components``, every record whose component may be another, from the seeds.

    The seeds, ``derived.affected_seeds``, are the records that changed, in themselves or in what linkage sees of
    them, and all that verdicts speak of, then and now. Reads ``changed.records``, ``changed.linkage_records``,
    ``derived.constraints``, ``derived.applied_constraints``, ``derived.scored_pairs``, ``derived.equal_records``
    and ``derived.components``.
    """
    create_missing(engine, "derived.components")
    create_constraints(engine)
    create_equal_records(engine)
    engine.run(
        "create table if not exists derived.applied_constraints as select * from derived.constraints limit 0"
    )
    with engine.transaction():
        engine.run(statement(__file__, "affected_seeds"))
        engine.run(statement(__file__, "affected_components"), {"weight": SEED_WEIGHT})


def update_components(
    engine: Engine, model: LinkageModel, on_progress: OnProgress = lambda *_: None
) -> None:
    """Bring ``derived.components``, and the scores of the pairs inside them, up to date.

    Marks in ``changed.regrouped_records`` every record whose customer may be another: the seeds, and components,
    then and now, that hold one or have other members than before. The pairs inside components follow from those
    marks, which an attempt before may have made, and not from what changed since it. ``on_progress`` hears of
    the pairs compared. Reads ``derived.affected_components``, ``derived.affected_seeds`` and
    ``derived.constraints``, which ``derived.applied_constraints`` is afterwards; updates ``derived.scored_pairs``.
    """
    largest = components.LARGEST_COMPONENT
    connect_records(engine, "derived.new_components", "derived.affected_components", largest)
    with engine.transaction():
        mark_changed(engine, REGROUPED, statement(__file__, "regrouped_records"))
        affected = "record_no in (select record_no from derived.affected_components)"
        move_rows(engine, "derived.new_components", "derived.components", affected)
        engine.run(
            "create or replace table derived.applied_constraints as select * from derived.constraints"
        )
        for table in ("affected_components", "affected_seeds"):
            engine.run(f"drop table derived.{table}")
    update_inner_scores(engine, model, REGROUPED.table, on_progress)
