"""Which records' customers have to be decided again: components of what changed, as they were and as they are.

A customer is a function of its component: of the pairs, verdicts and unique identifiers inside it. So
only components that a changed record is in, was in, or now comes into are looked at again. Of many
records some hang together so widely that components are taken apart before they are used; then a
change is looked for in all of that whole, but only the parts that it did change are decided again.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import REGROUPED, mark_changed
from omni_identity.linkage import components
from omni_identity.linkage.components import SEED_WEIGHT, connect_records, create_constraints
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scored_pairs import update_inner_scores
from omni_identity.linkage.vectors import Tell


def find_touched_groups(engine: Engine) -> None:
    """Rebuild ``derived.touched_wholes``, every record whose component may be another.

    Starts from the changed and rematched records, and from all that verdicts speak of, then and now,
    which are ``derived.touched_seeds``; takes in whom they match, and whom any of these hung together
    with before anything was taken apart.
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
            create or replace table derived.touched_seeds as
            select record_no from changed.records
            union select record_no from changed.linkage_records
            union {judged}
            """
        )
        engine.run(
            """
            create or replace table derived.touched_wholes as
            with matches as (
                select record_no from derived.touched_seeds
                union
                select unnest([record_no_l, record_no_r]) from derived.scored_pairs
                where match_weight >= $weight and not is_inner and (
                    record_no_l in (select record_no from derived.touched_seeds)
                    or record_no_r in (select record_no from derived.touched_seeds))
            )
            select record_no from matches
            union
            select record_no from derived.components where base_no in (
                select base_no from derived.components semi join matches using (record_no)
            )
            """,
            {"weight": SEED_WEIGHT},
        )


def update_components(engine: Engine, model: LinkageModel, tell: Tell = lambda *_: None) -> None:
    """Bring ``derived.components``, and the scores of the pairs inside them, up to date.

    Notes in ``changed.regrouped_records`` every record whose customer may be another: the seeds, and components,
    then and now, that hold one or have other members than before. The pairs inside components follow from
    those notes, which an attempt before may have made, and not from what changed since it. ``tell`` hears
    of the pairs compared.
    """
    largest = components.LARGEST_COMPONENT
    connect_records(engine, "derived.new_components", "derived.touched_wholes", largest)
    with engine.transaction():
        mark_changed(engine, REGROUPED, _CHANGED)
        engine.run(
            "delete from derived.components"
            " where record_no in (select record_no from derived.touched_wholes)"
        )
        engine.run("insert into derived.components by name select * from derived.new_components")
        engine.run(
            "create or replace table derived.applied_constraints as select * from derived.constraints"
        )
        for table in ("new_components", "touched_wholes", "touched_seeds"):
            engine.run(f"drop table derived.{table}")
    update_inner_scores(engine, model, "changed.regrouped_records", tell)


_CHANGED = """
    with former as (
        select record_no, component_no, count(*) over (partition by component_no) as size
        from derived.components
        where record_no in (select record_no from derived.touched_wholes)
    ), fresh as (
        select record_no, component_no, count(*) over (partition by component_no) as size
        from derived.new_components
    ), seeds as (
        select record_no, true as is_seed from derived.touched_seeds
    ), changed as (
        select o.component_no as former_no, n.component_no as fresh_no
        from former o full join fresh n using (record_no) left join seeds using (record_no)
        where is_seed or (o.component_no, o.size) is distinct from (n.component_no, n.size)
    )
    select record_no from derived.touched_seeds
    union
    select record_no from former where component_no in (select former_no from changed)
    union
    select record_no from fresh where component_no in (select fresh_no from changed)
"""
"""A component is the same if it has as many members and, record by record, the same number, which is the
least of its members."""
