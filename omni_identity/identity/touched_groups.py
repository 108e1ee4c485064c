"""Which records' customers have to be decided again: components of what changed, as they were and as they are.

A customer is a function of its component: of the pairs, verdicts and unique identifiers inside it. So
only components that a changed record is in, was in, or now comes into are looked at again.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.pending import note
from omni_identity.linkage import components
from omni_identity.linkage.components import SEED_WEIGHT, connect_records, create_constraints
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scored_pairs import update_inner_scores


def find_touched_groups(engine: Engine) -> int:
    """Note in ``pending.groups`` every record whose customer may be another; return how many there are.

    Starts from the changed and rematched records, and from all that verdicts speak of, then and now;
    takes in whom they match, and whom any of these stood in one component with.
    """
    engine.run(
        "create table if not exists derived.components"
        " (record_no BIGINT, component_no BIGINT, base_no BIGINT)"
    )
    create_constraints(engine)
    engine.run(
        "create table if not exists derived.applied_constraints as select * from derived.constraints limit 0"
    )
    judged = " union ".join(
        f"select record_no_{side} from derived.{table}"
        for table in ("constraints", "applied_constraints")
        for side in "lr"
    )
    with engine.transaction():
        engine.run(
            f"""
            create or replace temp table touched_seeds as
            select record_no from pending.records
            union select record_no from pending.linkage_records
            union {judged}
            """
        )
        engine.run(
            """
            create or replace temp table touched_matches as
            select record_no from touched_seeds
            union
            select unnest([record_no_l, record_no_r]) from derived.scored_pairs
            where match_weight >= $weight and not is_inner and (
                record_no_l in (select record_no from touched_seeds)
                or record_no_r in (select record_no from touched_seeds))
            """,
            {"weight": SEED_WEIGHT},
        )
        note(
            engine,
            "groups",
            """
            select record_no from touched_matches
            union
            select record_no from derived.components where base_no in (
                select base_no from derived.components semi join touched_matches using (record_no)
            )
            """,
        )
        engine.run(
            "create or replace table derived.applied_constraints as select * from derived.constraints"
        )
        engine.run("drop table touched_seeds")
        engine.run("drop table touched_matches")
    return int(engine.fetch("select count(*) as n from pending.groups")["n"][0])


def update_components(engine: Engine, model: LinkageModel) -> None:
    """Bring ``derived.components``, and the scores of the pairs inside them, up to date for ``pending.groups``."""
    largest = components.LARGEST_COMPONENT
    connect_records(engine, "derived.fresh_components", "pending.groups", largest)
    update_inner_scores(engine, model, "derived.fresh_components", "pending.groups")
    with engine.transaction():
        engine.run(
            "delete from derived.components where record_no in (select record_no from pending.groups)"
        )
        engine.run("insert into derived.components by name select * from derived.fresh_components")
        engine.run("drop table derived.fresh_components")
