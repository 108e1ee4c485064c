"""Weighs compared pairs with a frozen model: one match weight from the evidence against all rival classes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.vectors import Keep, Tell, compare_in_parts

CERTAIN = 1e-15


PART = "compared_part"


def score_pairs(
    engine: Engine, model: LinkageModel, pairs: str, keep: Keep, tell: Tell = lambda *_: None
) -> None:
    """Compare and weigh the table ``pairs``; ``keep`` is given a query for the rows of each part.

    They are what :func:`weigh_pairs` makes of what :func:`compare_pairs` makes of the pairs, of which
    nothing else is kept. ``tell`` hears how many of how many are compared.
    """

    def weigh(query: str, is_first: bool) -> None:
        engine.run(f"create or replace temp table {PART} as {query}")
        with _weighed(engine, model, PART) as weighed:
            keep(weighed, is_first)
        engine.run(f"drop table {PART}")

    compare_in_parts(engine, model.comparisons, pairs, weigh, tell)


def weigh_pairs(engine: Engine, model: LinkageModel, vectors: str, target: str) -> None:
    """Create ``target``: the comparison vectors of the table ``vectors`` with all weights (log2).

    Adds ``weight_strangers``, ``weight_relatives``, ``weight_namesakes`` and ``match_weight``: -log2
    of the sum of 2^-weight over the rivals, so that the likeliest rival decides. ``is_inner`` is False:
    the pairs are candidates, until somebody says otherwise.
    """
    with _weighed(engine, model, vectors) as weighed:
        engine.run(f"create or replace table {target} as {weighed}")


@contextmanager
def _weighed(engine: Engine, model: LinkageModel, vectors: str) -> Iterator[str]:
    """Lend the query for the weighed pairs of the table ``vectors``.

    There are far fewer vectors than pairs: what levels weigh is added up once a vector, only the rarity
    of values by pair.
    """
    levels = ", ".join(f'"level_{c.name}"' for c in model.comparisons)
    constants = ", ".join(f"{_levels_sql(model, rival)} as known_{rival}" for rival in RIVALS)
    engine.run(
        f"""
        create or replace temp table vector_weights as
        select vector_no, {constants}
        from (select distinct {_vector_number_sql(model)} as vector_no, {levels} from {vectors})
        """
    )
    weights = ", ".join(
        f"{' + '.join((f'known_{rival}', *_rarities(model, rival)))} as weight_{rival}"
        for rival in RIVALS
    )
    total = " + ".join(f"pow(2, -weight_{rival})" for rival in RIVALS)
    known = ", ".join(f"known_{rival}" for rival in RIVALS)
    yield f"""
        select * exclude (vector_no, {known}), -log2({total}) as match_weight, false as is_inner
        from (
            select *, {weights}
            from (select *, {_vector_number_sql(model)} as vector_no from {vectors})
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
        term
        for comparison in model.comparisons
        if rival == "strangers" or rival in comparison.rarity_follows
        for term in rarity_weight_sql(model, comparison)
    ]


def level_weight_sql(model: LinkageModel, comparison: Comparison, rival: str) -> str:
    """SQL for the evidence (log2) of one comparison's level against one rival, 0 if not comparable."""
    cases = " ".join(
        f"when {i} then {level.weight(rival)!r}"
        for i, level in enumerate(model.parameters[comparison.name])
    )
    return f'(case "level_{comparison.name}" {cases} else 0.0 end)'


def rarity_weight_sql(model: LinkageModel, comparison: Comparison) -> list[str]:
    """SQL terms (none or one) for how much more a rare value tells than an average one (log2).

    log2(u / frequency), as Splink adjusts for term frequencies. A value that the model never saw is
    as rare as the rarest that it did see.
    """
    cases = " ".join(
        f"when {i} then log2({parameters.strangers!r}"
        f' / coalesce("frequency_{comparison.name}", {model.least_frequencies[level.term_frequency]!r}))'
        for i, (level, parameters) in enumerate(
            zip(comparison.levels, model.parameters[comparison.name], strict=True)
        )
        if level.term_frequency
    )
    return [f'coalesce(case "level_{comparison.name}" {cases} end, 0.0)'] if cases else []
