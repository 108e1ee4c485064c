"""The pairs worth publishing: those that hold customers together, those that are doubtful, those judged."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.moving import move_rows
from omni_identity.identity.changes import REGROUPED
from omni_identity.identity.confidence import confidences_sql, pair_probability_sql
from omni_identity.identity.counted_weights import LEAST_WEIGHT
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.scoring import level_weight_sql, rarity_sql, weight_of

PRIOR = "prior"
"""The first entry of the evidence: what speaks for one person before anything is compared."""


def build_match_edges(engine: Engine, model: LinkageModel, review_probability: float) -> int:
    """Bring ``derived.match_edges`` up to date for the records in ``changed.regrouped_records``; return its row count.

    It has the scored pairs of at least ``review_probability``, and every pair with a verdict in
    ``derived.constraints``, even one that was never scored: its weight and evidence are null.
    ``decided_by`` is ``judgement`` for a pair whose verdict was applied, else ``model`` for one inside
    one customer, ``review`` for one that is apart. ``l`` is the record that was seen first. Reads
    ``derived.scored_pairs``, ``derived.constraints``, ``derived.broken_verdicts``, ``derived.customers`` and
    ``derived.customer_diagnostics``.
    """
    weight = weight_of(review_probability)
    affected = " or ".join(REGROUPED.is_marked(f"record_no_{side}") for side in "lr")
    engine.run(
        f"""
        create or replace table derived.new_match_edges as
        with worth as (
            -- most pairs are neither: verdicts are few and need not meet them all
            select * from derived.scored_pairs where match_weight >= $weight
            union all
            select * from derived.scored_pairs p
            semi join derived.constraints using (record_no_l, record_no_r)
            where match_weight < $weight
        ), pairs as (
            select p.* exclude (record_no_l, record_no_r), record_no_l, record_no_r,
                c.judgement is not null as is_judged
            from worth p
            full join (
                select * from derived.constraints
                anti join derived.broken_verdicts using (record_no_l, record_no_r)
            ) c using (record_no_l, record_no_r)
            where ({affected}) and (p.match_weight >= $weight or c.judgement is not null
                or (record_no_l, record_no_r) in (
                    select (record_no_l, record_no_r) from derived.broken_verdicts
                ))
        ), confidences as (
            {confidences_sql()}
        )
        select record_no_l, record_no_r, l.channel as channel_l, l.source_record_id as source_record_id_l,
            r.channel as channel_r, r.source_record_id as source_record_id_r,
            p.match_weight, 1 / (1 + pow(2, -p.match_weight)) as match_probability,
            case when p.is_judged and l.golden_id = r.golden_id then 1.0::double
                when p.is_judged then 0.0::double
                else {pair_probability_sql("coalesce(p.match_weight, $least)", "f.confidence")}
            end as identity_probability,
            case when p.match_weight is not null then {_evidence_sql(model)} end as evidence,
            case when p.is_judged then 'judgement' when l.golden_id = r.golden_id then 'model'
                else 'review' end as decided_by,
            case when p.match_weight is not null then $version end as model_version
        from pairs p
        join derived.customers l on l.record_no = p.record_no_l
        join derived.customers r on r.record_no = p.record_no_r
        left join confidences f on f.golden_id = l.golden_id and l.golden_id = r.golden_id
        """,
        {"weight": weight, "version": model.version, "least": LEAST_WEIGHT},
    )
    with engine.transaction():
        move_rows(engine, "derived.new_match_edges", "derived.match_edges", affected)
    return count_rows(engine, "derived.match_edges")


def _evidence_sql(model: LinkageModel) -> str:
    """SQL for the list of what speaks for one person against each rival, the prior first.

    By rival, the list's sum is the weight against it, up to rounding; comparisons that could not
    compare are left out, as they weigh nothing.
    """
    prior = _entry(f"'{PRIOR}'", "null::varchar", [repr(model.prior_weight(r)) for r in RIVALS])
    found = []
    for comparison in model.comparisons:
        cases = " ".join(
            f"when {i} then '{level.label}'" for i, level in enumerate(comparison.levels)
        )
        weights = [_weight_sql(model, comparison, rival) for rival in RIVALS]
        level = f'case "level_{comparison.name}" {cases} end'
        found.append(_entry(f"'{comparison.name}'", level, weights))
    return (
        f"list_concat([{prior}], list_filter([{', '.join(found)}], lambda x: x.level is not null))"
    )


def _weight_sql(model: LinkageModel, comparison: Comparison, rival: str) -> str:
    """SQL for what a comparison weighs against one rival, the rarity of the value included."""
    level = level_weight_sql(model, comparison, rival)
    return " + ".join([level, *rarity_sql(model, comparison, rival)])


def _entry(comparison: str, level: str, weights: list[str]) -> str:
    against = ", ".join(
        f"'against_{rival}': round({weight}, 3)"
        for rival, weight in zip(RIVALS, weights, strict=True)
    )
    return f"{{'comparison': {comparison}, 'level': {level}, {against}}}"
