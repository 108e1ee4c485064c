"""Keeps the questions for stewards in step with who changed: who may be one person, who may be several."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.constraints import forbidden_by_sql
from omni_identity.identity.counted_weights import LEAST_WEIGHT
from omni_identity.identity.customer_diagnostics import CONTRADICTING
from omni_identity.linkage.components import label_components
from omni_identity.linkage.model import LinkageModel
from omni_identity.stewardship.review_words import agreeing_sql, contradicting_sql, differing_sql

EVEN_ODDS = 0.0
"""Match weight (log2): a link below it says that two persons are likelier than one."""
WEAK_LINK = 1.0
"""Weight (log2, 2 to 1) below which a customer hangs on too weak a link to be left unasked: of such links of the demo
three in ten join two people, from there on one in twelve."""
SURPLUS = 1.0
"""Log2 of how many times as many records as a person has: a customer of twice as many is asked about."""
TARGET = "derived.review_pairs"


def update_review_pairs(
    engine: Engine,
    model: LinkageModel,
    weights: dict[str, float],
    unique_identifiers: tuple[str, ...],
) -> None:
    """Bring ``derived.review_pairs`` up to date for customers that changed, or whose records were decided again.

    One question for every two customers with a pair of at least ``weights["review"]`` (log2) that no verdict and
    no unique identifier keeps apart: ``possible_merge`` from ``weights["cut"]`` on, else ``doubtful_pair``; one for
    every two parts of a customer that no chain of even odds joins (``possible_split``), or that only a weak link
    does (``over_linked``); and one for each other customer with ``contradicting_values``. Reads
    ``derived.scored_pairs``, ``derived.customers``, ``derived.customer_diagnostics``, ``derived.constraints``,
    ``derived.source_records`` and the marks of changes.
    """
    create_missing(engine, TARGET)
    with engine.transaction():
        engine.run(statement(__file__, "reviewed_customers"))
        engine.run(statement(__file__, "pairs_between"), {"review": weights["review"]})
        _leave_out_forbidden(engine, unique_identifiers)
        _find_weak_parts(engine)
        _find_contradictions(engine, model)
        engine.run(statement(__file__, "review_pairs"), {"cut": weights["cut"]})
        engine.run(
            f"""
            create or replace table derived.new_review_pairs as
            select a.record_no_l, a.record_no_r, a.golden_id_l, a.golden_id_r, a.kind, p.match_weight,
                a.pair_count, a.record_count_l, a.record_count_r,
                case when weight_relatives <= least(weight_namesakes, weight_strangers) then 'household'
                    when weight_namesakes <= weight_strangers then 'namesakes' else 'strangers' end as rival,
                {agreeing_sql(model)} as agreeing, {differing_sql(model)} as differing
            from asked_pairs a join derived.scored_pairs p
                on p.record_no_l = a.record_no_l and p.record_no_r = a.record_no_r
            """
        )
        of_them = " or ".join(
            f"golden_id_{side} in (select golden_id from reviewed_customers)" for side in "lr"
        )
        move_rows(engine, "derived.new_review_pairs", TARGET, of_them)
        for table in (
            *("reviewed_customers", "pairs_between", "weak_customers", "weak_links", "kept_links"),
            *("part_labels", "weak_parts", "pairs_inside", "contradicting_pairs", "asked_pairs"),
        ):
            engine.run(f"drop table {table}")


def _leave_out_forbidden(engine: Engine, unique_identifiers: tuple[str, ...]) -> None:
    """Take out of ``pairs_between`` what unique identifiers keep apart: no verdict can join it."""
    if not unique_identifiers:
        return
    engine.run(
        f"""
        create or replace temp table forbidden_pairs as
        select p.record_no_l, p.record_no_r from pairs_between p
        join derived.source_records l on l.record_no = p.record_no_l
        join derived.source_records r on r.record_no = p.record_no_r
        cross join (select null::varchar as judgement) d
        where {forbidden_by_sql(unique_identifiers)} is not null
        """
    )
    engine.run(
        "delete from pairs_between where (record_no_l, record_no_r) in"
        " (select (record_no_l, record_no_r) from forbidden_pairs)"
    )
    engine.run("drop table forbidden_pairs")


def _find_weak_parts(engine: Engine) -> None:
    """Make ``pairs_inside``: the pairs between parts of customers that hang together weakly."""
    bounds = {"even": EVEN_ODDS, "weak": WEAK_LINK, "surplus": SURPLUS}
    engine.run(statement(__file__, "weak_customers"), bounds)
    engine.run(statement(__file__, "weak_links"), {"even": EVEN_ODDS})
    engine.run(
        "create or replace temp table kept_links as"
        " select record_no_l, record_no_r from weak_links where is_kept"
        " union select record_no_l, record_no_r from derived.constraints where judgement = 'same'"
    )
    label_components(engine, "kept_links", "part_labels")
    engine.run(statement(__file__, "weak_parts"))
    engine.run(statement(__file__, "pairs_inside"))


def _find_contradictions(engine: Engine, model: LinkageModel) -> None:
    """Make ``contradicting_pairs``: of every other customer that contradicts itself the pair that says it most."""
    engine.run(
        "create or replace temp table judged_links as"
        " select record_no_l, record_no_r from derived.constraints where judgement = 'same'"
    )
    label_components(engine, "judged_links", "judged_labels")
    engine.run(
        f"""
        create or replace temp table contradicting_pairs as
        with asked as (
            select golden_id from derived.customer_diagnostics semi join reviewed_customers using (golden_id)
            where contradiction_count > 0 and golden_id not in (select golden_id from weak_customers)
        )
        select p.record_no_l, p.record_no_r, l.golden_id, count(*) over (partition by l.golden_id) as pair_count
        from derived.scored_pairs p
        join derived.customers l on l.record_no = p.record_no_l
        join asked on asked.golden_id = l.golden_id
        join derived.customers r on r.record_no = p.record_no_r and r.golden_id = l.golden_id
        left join judged_labels a on a.record_no = p.record_no_l
        left join judged_labels b on b.record_no = p.record_no_r
        where (p.match_weight < $least or {contradicting_sql(model, CONTRADICTING)})
            and a.component_no is distinct from coalesce(b.component_no, -1)
        qualify row_number() over (
            partition by l.golden_id order by p.match_weight, p.record_no_l, p.record_no_r
        ) = 1
        """,
        {"least": LEAST_WEIGHT},
    )
    engine.run("drop table judged_links")
    engine.run("drop table judged_labels")
