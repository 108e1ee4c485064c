"""Keeps ``derived.scored_pairs`` in step with what changed: the candidates, and every pair inside a component."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.components import list_inner_pairs
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scoring import weigh_pairs
from omni_identity.linkage.vectors import compare_pairs

FRESH = "derived.fresh_scores"


def update_candidate_scores(engine: Engine, model: LinkageModel) -> None:
    """Score ``derived.fresh_vectors``; forget all other pairs of ``derived.rematched_records``.

    ``is_inner`` is False for these pairs.
    """
    weigh_pairs(engine, model, "derived.fresh_vectors", FRESH)
    engine.run(
        "create table if not exists derived.scored_pairs as"
        f" select *, false as is_inner from {FRESH} limit 0"
    )
    with engine.transaction():
        engine.run(
            "delete from derived.scored_pairs"
            " where record_no_l in (select record_no from derived.rematched_records)"
            " or record_no_r in (select record_no from derived.rematched_records)"
        )
        engine.run(
            f"insert into derived.scored_pairs by name select *, false as is_inner from {FRESH}"
        )
        engine.run(f"drop table {FRESH}")


def update_inner_scores(engine: Engine, model: LinkageModel, components: str, among: str) -> None:
    """Score every pair inside one of ``components`` that is no candidate; ``is_inner`` is True for these.

    Inner pairs of the records in the table ``among`` (``record_no``; components as wholes) that were
    scored before are forgotten: their component may be another.
    """
    engine.run(
        "delete from derived.scored_pairs where is_inner"
        f" and (record_no_l in (select record_no from {among})"
        f" or record_no_r in (select record_no from {among}))"
    )
    if list_inner_pairs(engine, components):
        compare_pairs(engine, model.comparisons, "derived.inner_pairs", "derived.inner_vectors")
        weigh_pairs(engine, model, "derived.inner_vectors", FRESH)
        engine.run(
            f"insert into derived.scored_pairs by name select *, true as is_inner from {FRESH}"
        )
        engine.run(f"drop table {FRESH}")
        engine.run("drop table derived.inner_vectors")
    engine.run("drop table derived.inner_pairs")
