"""The pairs worth publishing: those that hold customers together, and those doubtful enough for review."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scoring import level_weight_sql, rarity_weight_sql, weight_of


def build_match_edges(engine: Engine, model: LinkageModel, review_probability: float) -> int:
    """Rebuild ``derived.match_edges`` from scored pairs of at least ``review_probability``; return how many.

    ``decided_by`` is ``model`` for a pair inside one customer, ``review`` for one that is apart.
    ``l`` is the record that was seen first.
    """
    weight = weight_of(review_probability)
    found = ", ".join(_evidence_sql(model))
    engine.run(
        f"""
        create or replace table derived.match_edges as
        select l.channel as channel_l, l.source_record_id as source_record_id_l,
            r.channel as channel_r, r.source_record_id as source_record_id_r,
            p.match_weight, 1 / (1 + pow(2, -p.match_weight)) as match_probability,
            list_filter([{found}], lambda x: x.level is not null) as evidence,
            case when l.golden_id = r.golden_id then 'model' else 'review' end as decided_by,
            $version as model_version
        from derived.scored_pairs p
        join derived.customers l on l.record_no = p.record_no_l
        join derived.customers r on r.record_no = p.record_no_r
        where p.match_weight >= $weight
        order by channel_l, source_record_id_l, channel_r, source_record_id_r
        """,
        {"weight": weight, "version": model.version},
    )
    return int(engine.fetch("select count(*) as n from derived.match_edges")["n"][0])


def _evidence_sql(model: LinkageModel) -> list[str]:
    found = []
    for comparison in model.comparisons:
        name = comparison.name
        labels = " ".join(
            f"when {i} then '{level.label}'" for i, level in enumerate(comparison.levels)
        )
        weight = " + ".join(
            [
                level_weight_sql(model, comparison, "strangers"),
                *rarity_weight_sql(model, comparison),
            ]
        )
        found.append(
            f"{{'comparison': '{name}', 'level': case \"level_{name}\" {labels} end,"
            f" 'match_weight': round({weight}, 3)}}"
        )
    return found
