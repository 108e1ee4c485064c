"""Scores pairs with a frozen model: one match weight from the evidence against all three rival classes."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.vectors import compare_pairs, has_rarity


def score_pairs(engine: Engine, model: LinkageModel, pairs: str, target: str) -> None:
    """Create ``target``: the comparison vectors of ``pairs`` with all weights.

    Adds ``weight_relatives`` and ``weight_namesakes`` to what :func:`compare_pairs` gives, and
    ``match_weight``: -log2 of the sum of 2^-weight over the rivals, so that the likeliest rival
    decides. All are log2.
    """
    compare_pairs(engine, model, pairs, "tonight.compared_pairs")
    rivals = ", ".join(f"{rival_weight_sql(model, rival)} as weight_{rival}" for rival in RIVALS)
    engine.run(
        f"""
        create or replace table {target} as
        select *, -log2(pow(2, -weight_strangers) + pow(2, -weight_relatives)
            + pow(2, -weight_namesakes)) as match_weight
        from (select *, {rivals} from tonight.compared_pairs)
        """
    )
    engine.run("drop table tonight.compared_pairs")


def rival_weight_sql(model: LinkageModel, rival: str) -> str:
    """SQL for the match weight (log2) against one rival class, over the columns of a vector table."""
    terms = [repr(model.prior_weight(rival))]
    for comparison in model.comparisons:
        terms.append(level_weight_sql(model, comparison.name, rival))
        if has_rarity(comparison) and rival in comparison.rarity_follows:
            terms.append(f'coalesce("rarity_{comparison.name}", 0)')
    return " + ".join(terms)


def level_weight_sql(model: LinkageModel, comparison: str, rival: str) -> str:
    """SQL for the evidence (log2) of one comparison's level against one rival, 0 if not comparable."""
    cases = " ".join(
        f"when {i} then {level.weight(rival)!r}"
        for i, level in enumerate(model.parameters[comparison])
    )
    return f'(case "level_{comparison}" {cases} else 0.0 end)'
