"""Keeps ``derived.scored_pairs`` in step with what changed: the candidates, and every pair inside a component."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.moving import move_rows
from omni_identity.linkage.components import list_inner_pairs
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.training_pairs import CANDIDATES, TRAINING_SCORES
from omni_identity.linkage.vectors import OnProgress, keep_in

FRESH_SCORES = "derived.new_scores"
"""The candidate pairs, scored, while they are on their way into all scored pairs."""


def update_candidate_scores(
    engine: Engine, model: LinkageModel, on_progress: OnProgress = lambda *_: None
) -> None:
    """Score ``derived.candidate_pairs``; in ``derived.scored_pairs`` they replace all pairs of
    ``derived.rematched_records``.

    ``is_inner`` is False for these pairs. Where the model was trained in this run,
    ``derived.training_scores`` has them scored already, and goes. ``on_progress`` hears of the pairs compared.
    """
    scores = TRAINING_SCORES
    columns = engine.columns()
    if scores not in columns:
        if "derived.scored_pairs" in columns and not any(
            count_rows(engine, table) for table in (CANDIDATES, "derived.rematched_records")
        ):
            return
        scores = FRESH_SCORES
        score_pairs(engine, model, CANDIDATES, keep_in(engine, scores), on_progress)
    rematched = (
        "record_no_l in (select record_no from derived.rematched_records)"
        " or record_no_r in (select record_no from derived.rematched_records)"
    )
    with engine.transaction():
        move_rows(engine, scores, "derived.scored_pairs", rematched)


def update_inner_scores(
    engine: Engine, model: LinkageModel, among: str, on_progress: OnProgress = lambda *_: None
) -> None:
    """Make the pairs of the records in the table ``among`` (``record_no``) that are no candidates what
    ``derived.components`` says: every pair inside a component is scored, and none that reaches out of one.

    ``is_inner`` is True for these pairs; ``among`` holds components as wholes. What is there stays, as a
    score depends on the two records alone, and ``update_candidate_scores`` has forgotten those of records
    that are others now; what is not there is made, whoever took it out.
    """
    components = "derived.touched_components"
    engine.run(
        f"create or replace table {components} as select * from derived.components"
        f" where record_no in (select record_no from {among})"
    )
    engine.run(
        f"""
        create or replace temp table outdated_pairs as
        select p.record_no_l, p.record_no_r from derived.scored_pairs p
        left join {components} l on l.record_no = p.record_no_l
        left join {components} r on r.record_no = p.record_no_r
        where p.is_inner
            and (p.record_no_l in (select record_no from {among})
                or p.record_no_r in (select record_no from {among}))
            and (l.component_no is null or r.component_no is null
                or l.component_no <> r.component_no)
        """
    )
    engine.run(
        "delete from derived.scored_pairs using outdated_pairs o"
        " where o.record_no_l = scored_pairs.record_no_l and o.record_no_r = scored_pairs.record_no_r"
    )
    engine.run("drop table outdated_pairs")
    score_inner_pairs(engine, model, components, on_progress)
    engine.run(f"drop table {components}")


def score_inner_pairs(
    engine: Engine,
    model: LinkageModel,
    components: str = "derived.components",
    on_progress: OnProgress = lambda *_: None,
) -> None:
    """Add every pair inside one of ``components`` that is not in ``derived.scored_pairs`` yet."""
    if list_inner_pairs(engine, components):

        def keep(query: str, is_first: bool) -> None:
            engine.run(
                "insert into derived.scored_pairs by name"
                f" select * exclude (is_inner), true as is_inner from ({query})"
            )

        score_pairs(engine, model, "derived.inner_pairs", keep, on_progress)
    engine.run("drop table derived.inner_pairs")
