"""Keeps a comparison's weights in the order of its levels: more agreement never tells less for *same*.

What EM finds for rare levels is noise, and noise would let a record match better after a slip of the
pen than without. Neighbours out of order are pooled (pool adjacent violators: Ayer et al., "An
empirical distribution function for sampling with incomplete information", Annals of Mathematical
Statistics 26, 1955).
"""

from __future__ import annotations

from dataclasses import replace

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LevelParameters


def order_weights(
    comparison: Comparison,
    parameters: tuple[LevelParameters, ...],
    typical: dict[str, float],
) -> tuple[LevelParameters, ...]:
    """The parameters with ``same / strangers`` falling, or level, from the strongest level to the weakest.

    ``typical`` has, by column, the frequency of a typical value: it stands for ``strangers`` in a level
    that is adjusted for how frequent its value is, because its average weight is that of the commonest
    values. Only levels out of order are changed, and as a whole they keep their shares: ``strangers`` moves, which
    is what little was seen of, so that a level weighs against the other classes what it did; or ``same``, where
    frequencies stand for ``strangers``. Unranked levels are left as they are.
    """
    chances = [
        typical.get(level.term_frequency or "", p.strangers)
        for level, p in zip(comparison.levels, parameters, strict=True)
    ]
    pools: list[list[int]] = []
    for i, level in enumerate(comparison.levels):
        if not level.is_ranked:
            continue
        pools.append([i])
        while len(pools) > 1 and _ratio(parameters, chances, pools[-2]) < _ratio(
            parameters, chances, pools[-1]
        ):
            last = pools.pop()
            pools[-1].extend(last)
    ordered = list(parameters)
    for pool in (pool for pool in pools if len(pool) > 1):
        ratio = _ratio(parameters, chances, pool)
        is_adjusted = any(comparison.levels[i].term_frequency in typical for i in pool)
        for i in pool:
            if is_adjusted:
                ordered[i] = replace(parameters[i], same=_rounded(ratio * chances[i]))
            else:
                ordered[i] = replace(parameters[i], strangers=_rounded(parameters[i].same / ratio))
    return tuple(ordered)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _ratio(parameters: tuple[LevelParameters, ...], chances: list[float], pool: list[int]) -> float:
    return sum(parameters[i].same for i in pool) / sum(chances[i] for i in pool)
