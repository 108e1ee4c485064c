"""Scores pairs with a frozen model: Splink's weight against strangers, and one from the evidence against all rivals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.splink_settings import adjusted_comparisons, adjusts
from omni_identity.linkage.vectors import Keep, OnProgress, compare_in_parts

CERTAIN = 1e-15


OWN_RIVALS = RIVALS[1:]
"""The classes that Splink knows nothing of."""


def score_pairs(
    engine: Engine,
    model: LinkageModel,
    pairs: str,
    keep: Keep,
    on_progress: OnProgress = lambda *_: None,
) -> None:
    """Score the table ``pairs``; ``keep`` is given a query for the rows of each part.

    Splink compares them and weighs them against strangers (:func:`compare_in_parts`); added are
    ``weight_relatives``, ``weight_namesakes`` and ``match_weight`` (log2): -log2 of the sum of 2^-weight over the
    rivals, so that the likeliest rival decides. ``is_inner`` is False: the pairs are candidates, until somebody
    says otherwise. ``on_progress`` hears how many of how many are compared.
    """
    known = {f"known_{rival}": _levels_sql(model, rival) for rival in OWN_RIVALS}

    def weigh(query: str, is_first: bool) -> None:
        keep(_weighed_sql(model, query, known), is_first)

    # what levels weigh is added up once a vector, only the rarity of values by pair
    compare_in_parts(engine, model, pairs, weigh, on_progress, known)


def _weighed_sql(model: LinkageModel, compared: str, known: Iterable[str]) -> str:
    """The query for the pairs of the query ``compared``, weighed; ``known`` are its columns of what levels weigh."""
    weights = ", ".join(
        f"{' + '.join((f'known_{rival}', *_rarities(model, rival)))} as weight_{rival}"
        for rival in OWN_RIVALS
    )
    total = " + ".join(f"pow(2, -weight_{rival})" for rival in RIVALS)
    return f"""
        select * exclude ({", ".join(known)}), -log2({total}) as match_weight, false as is_inner
        from (select *, {weights} from ({compared}) compared) weighed
    """


def weight_of(probability: float) -> float:
    """The match weight (log2 odds) of a probability; 0 and 1 give weights beyond any pair's reach."""
    bounded = min(max(probability, CERTAIN), 1 - CERTAIN)
    return math.log2(bounded / (1 - bounded))


def probability_of(weight: float) -> float:
    """The match probability of a match weight (log2 odds)."""
    return float(1 / (1 + 2.0**-weight))


def _levels_sql(model: LinkageModel, rival: str) -> str:
    """SQL for what the prior and all levels weigh (log2) against one rival class, over a vector's columns."""
    terms = [level_weight_sql(model, comparison, rival) for comparison in model.comparisons]
    return " + ".join((repr(model.prior_weight(rival)), *terms))


def _rarities(model: LinkageModel, rival: str) -> list[str]:
    """SQL terms for how much more the rare values of a pair tell against one rival class (log2)."""
    return [
        term for comparison in model.comparisons for term in rarity_sql(model, comparison, rival)
    ]


def level_weight_sql(model: LinkageModel, comparison: Comparison, rival: str) -> str:
    """SQL for the evidence (log2) of one comparison's level against one rival, 0 if not comparable."""
    cases = " ".join(
        f"when {i} then {level.weight(rival)!r}"
        for i, level in enumerate(model.parameters[comparison.name])
    )
    return f'(case "level_{comparison.name}" {cases} else 0.0 end)'


def rarity_sql(model: LinkageModel, comparison: Comparison, rival: str) -> list[str]:
    """SQL terms for how much more a comparison's rare value tells against one rival (log2)."""
    tells = rival == "strangers" or rival in comparison.rarity_follows
    if not tells or comparison not in adjusted_comparisons(model):
        return []
    whole = whole_name(model, comparison) if rival == "namesakes" else None
    terms = [f'"rarity_{comparison.name}"']
    if whole is not None:
        is_whole = " and ".join(f'"level_{name}" = {level}' for name, level in whole.levels)
        terms.append(f"(case when {is_whole} then {whole.bits!r} else 0.0 end)")
    return terms


@dataclass(frozen=True)
class WholeName:
    """Where both parts of a name agree (comparison, level), and what that adds against namesakes (log2)."""

    levels: tuple[tuple[str, int], ...]
    bits: float


def whole_name(model: LinkageModel, comparison: Comparison) -> WholeName | None:
    """What a whole name that agrees adds against namesakes, in the comparison of its second part; None of others.

    The rarity of each part is over how often strangers share that part. Namesakes have the names that many bear, so
    theirs is over how often strangers share the whole name.
    """
    if model.name_rate is None:
        return None
    levels = {
        level.term_frequency: (c.name, number)
        for c in adjusted_comparisons(model)
        for number, level in enumerate(c.levels)
        if adjusts(model, level)
    }
    for number, level in enumerate(comparison.levels):
        if level.given and adjusts(model, level) and level.given[0] in levels:
            parts = (levels[level.given[0]], (comparison.name, number))
            apart = math.prod(model.parameters[name][at].strangers for name, at in parts)
            return WholeName(parts, math.log2(model.name_rate / apart))
    return None
