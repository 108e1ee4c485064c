"""Scores pairs with a frozen model: Splink's weight against strangers, and one from the evidence against all rivals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.splink_settings import adjusted_comparisons, adjusts
from omni_identity.linkage.vectors import Keep, OnProgress, compare_in_parts

CERTAIN = 1e-15


PART = "compared_part"
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

    def weigh(query: str, is_first: bool) -> None:
        engine.run(f"create or replace temp table {PART} as {query}")
        with _weighed(engine, model) as weighed:
            keep(weighed, is_first)
        engine.run(f"drop table {PART}")

    compare_in_parts(engine, model, pairs, weigh, on_progress)


@contextmanager
def _weighed(engine: Engine, model: LinkageModel) -> Iterator[str]:
    """Lend the query for the weighed pairs of the table ``PART``.

    There are far fewer vectors than pairs: what levels weigh is added up once a vector, only the rarity
    of values by pair.
    """
    levels = ", ".join(f'"level_{c.name}"' for c in model.comparisons)
    constants = ", ".join(f"{_levels_sql(model, rival)} as known_{rival}" for rival in OWN_RIVALS)
    engine.run(
        f"""
        create or replace temp table vector_weights as
        select vector_no, {constants}
        from (select distinct {_vector_number_sql(model)} as vector_no, {levels} from {PART})
        """
    )
    weights = ", ".join(
        f"{' + '.join((f'known_{rival}', *_rarities(model, rival)))} as weight_{rival}"
        for rival in OWN_RIVALS
    )
    total = " + ".join(f"pow(2, -weight_{rival})" for rival in RIVALS)
    known = ", ".join(f"known_{rival}" for rival in OWN_RIVALS)
    yield f"""
        select * exclude (vector_no, {known}), -log2({total}) as match_weight, false as is_inner
        from (
            select *, {weights}
            from (select *, {_vector_number_sql(model)} as vector_no from {PART})
            join vector_weights using (vector_no)
        )
    """
    engine.run("drop table vector_weights")


def weight_of(probability: float) -> float:
    """The match weight (log2 odds) of a probability; 0 and 1 give weights beyond any pair's reach."""
    bounded = min(max(probability, CERTAIN), 1 - CERTAIN)
    return math.log2(bounded / (1 - bounded))


def probability_of(weight: float) -> float:
    """The match probability of a match weight (log2 odds)."""
    return float(1 / (1 + 2.0**-weight))


def _vector_number_sql(model: LinkageModel) -> str:
    """SQL for a number that no two vectors share: levels, from -1 on, as digits of as many values each."""
    number, values = "0::hugeint", 1
    for comparison in model.comparisons:
        number += f' + (1 + "level_{comparison.name}") * {values}::hugeint'
        values *= len(comparison.levels) + 1
    return number if values > 2**62 else f"({number.replace('hugeint', 'bigint')})"


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
