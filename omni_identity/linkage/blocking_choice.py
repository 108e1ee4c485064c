"""Chooses the blocking rules that are worth their pairs, and estimates how many matches they miss.

A rule earns its place by matches that no other rule finds. How many matches no rule finds at all
cannot be counted, but estimated from how many are found by one rule only and by just two. Some matches
are hard for every rule, so the estimate is the jackknife of second order, made for animals that are not
alike to catch (K. P. Burnham and W. S. Overton, "Robust estimation of population size when capture
probabilities vary among animals", Ecology 60, 1979), and no less than Chao's lower bound of what was never
caught (A. Chao, "Estimating the population size for capture-recapture data with unequal catchability",
Biometrics 43, 1987). Matches that the model itself does not take for any are in neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omni_identity.engines import Engine
from omni_identity.linkage.blocking_rules import EQUAL, BlockingRule

TOLERATED_LOSS = 0.0001
"""Of the matches found by all rules, the share that may be given up for fewer pairs."""

FEWEST_RULES = 5
"""With fewer there is no jackknife of what they miss."""

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FoundPairs:
    """Candidate pairs by which rules find them.

    ``found_by`` is (sets × rules): whether a rule finds the pairs of that set; ``pairs`` and
    ``matches`` (expected by the model) are (sets,).
    """

    found_by: Bits
    pairs: Floats
    matches: Floats


@dataclass(frozen=True)
class BlockingChoice:
    """The rules kept, what they find, and what that leaves to be missed.

    ``recall`` is the estimated share of all matches that the kept rules find; ``per_rule`` has, by
    name, its pairs, its expected matches, those that only it finds, and whether it was kept.
    """

    kept: tuple[str, ...]
    pair_count: int
    match_count: float
    recall: float
    per_rule: dict[str, dict[str, float]]


def count_found_pairs(engine: Engine, rules: tuple[BlockingRule, ...], scores: str) -> FoundPairs:
    """Count the pairs of the table ``scores`` by which of ``rules`` find them, with the matches expected.

    Pairs of equal records, which no rule has to find, are left out.
    """
    counted = engine.fetch(
        f"""
        select rules, count(*) as pairs, sum(1 / (1 + pow(2, -match_weight))) as matches
        from {scores} where rules <> {1 << EQUAL} group by rules order by rules
        """
    )
    masks = counted["rules"].to_numpy().astype(np.int64)
    bits = np.array([rule.number for rule in rules], dtype=np.int64)
    return FoundPairs(
        (masks[:, None] >> bits & 1).astype(bool),
        counted["pairs"].to_numpy().astype(np.float64),
        # rounded: the sum depends on the order of threads in its last digits
        np.round(counted["matches"].to_numpy().astype(np.float64), 6),
    )


def choose_rules(
    rules: tuple[BlockingRule, ...], found: FoundPairs, most_pairs: float
) -> BlockingChoice:
    """Leave out the rules that cost most pairs for each match that only they find.

    Goes on while together no more than ``TOLERATED_LOSS`` of the matches is lost, and further, while
    more than ``most_pairs`` are left. Rules over identifiers, and those that find nothing yet, stay.
    """
    kept = np.ones(len(rules), dtype=bool)
    removable = np.array([not rule.is_identifier for rule in rules])
    all_matches = float(found.matches.sum())
    while True:
        pairs, matches = _only_found_by(found, kept)
        left = float(found.pairs[found.found_by[:, kept].any(axis=1)].sum())
        lost = all_matches - float(found.matches[found.found_by[:, kept].any(axis=1)].sum())
        possible = np.flatnonzero(kept & removable & (found.found_by.T @ found.pairs > 0))
        affordable = possible[lost + matches[possible] <= TOLERATED_LOSS * all_matches]
        chosen = possible if left > most_pairs else affordable
        if not len(chosen):
            break
        # the fewest matches given up per pair saved; a rule that saves nothing goes first
        price = (matches[chosen] + 1e-9) / np.maximum(pairs[chosen], 1e-9)
        price[pairs[chosen] == 0] = -1.0
        kept[chosen[int(price.argmin())]] = False
    return _describe(rules, found, kept)


def _only_found_by(found: FoundPairs, kept: Bits) -> tuple[Floats, Floats]:
    """Per rule: the pairs and the expected matches that no other kept rule finds."""
    by_kept = found.found_by & kept
    alone = by_kept & (by_kept.sum(axis=1) == 1)[:, None]
    return alone.T @ found.pairs, alone.T @ found.matches


def estimate_recall(found: FoundPairs, kept: Bits) -> float:
    """The share of all matches that the kept rules find, by jackknife and Chao's bound; 1 for no matches.

    The jackknife follows how the estimate grows with the number of rules, and says nothing of a few.
    """
    used = int((found.found_by & kept)[found.matches > 0].any(axis=0).sum())
    times = (found.found_by & kept).sum(axis=1)
    caught = float(found.matches[times > 0].sum())
    once, twice = (float(found.matches[times == n].sum()) for n in (1, 2))
    missed = (used - 1) / max(used, 1) * max(0.0, once * (once - 1) / (2 * (twice + 1)))
    if used >= FEWEST_RULES:
        by_jackknife = once * (2 * used - 3) / used - twice * (used - 2) ** 2 / (used * (used - 1))
        missed = max(missed, by_jackknife)
    return caught / (caught + missed) if caught else 1.0


def _describe(rules: tuple[BlockingRule, ...], found: FoundPairs, kept: Bits) -> BlockingChoice:
    is_found = found.found_by[:, kept].any(axis=1)
    _, alone = _only_found_by(found, np.ones(len(rules), dtype=bool))
    pairs, matches = found.found_by.T @ found.pairs, found.found_by.T @ found.matches
    return BlockingChoice(
        kept=tuple(rule.name for rule, is_kept in zip(rules, kept, strict=True) if is_kept),
        pair_count=int(found.pairs[is_found].sum()),
        match_count=float(found.matches[is_found].sum()),
        recall=round(estimate_recall(found, kept), 6),
        per_rule={
            rule.name: {
                "pairs": int(pairs[i]),
                "expected_matches": round(float(matches[i]), 1),
                "expected_matches_only_it_finds": round(float(alone[i]), 1),
                "is_kept": bool(kept[i]),
            }
            for i, rule in enumerate(rules)
        },
    )
