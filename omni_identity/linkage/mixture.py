"""Estimates the four classes from counted comparison vectors: expectation maximisation with Dirichlet priors.

Two tables of counts come in: the candidate pairs (blocked, so rich in matches) and a random sample
of all pairs (nearly all strangers). The sample says how strangers look, cleaned of the matches in
it; the candidates say how the other classes look, with strangers' expected counts held fixed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import CLASSES, LevelParameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PRIOR_PAIRS = 300.0
MOST_ROUNDS = 60
SETTLED = 1e-5
FLOOR = 1e-4
UNDECIDED = (0.1, 0.9)


@dataclass(frozen=True)
class VectorCounts:
    """Distinct comparison vectors and how many pairs have each.

    ``levels`` is (vectors × comparisons): the index of the level, 0 the strongest, -1 not
    comparable; ``counts`` is (vectors,).
    """

    levels: Ints
    counts: Floats


@dataclass(frozen=True)
class Estimate:
    """The outcome: ``parameters[comparison]`` per level, expected pairs per class, rounds it took.

    ``last_change`` is what the last round still moved, as a share of the candidate pairs;
    ``undecided_share`` the share of the expected matches in candidate pairs of which the vector
    leaves both possible (a probability of 0.1 to 0.9).
    """

    parameters: dict[str, tuple[LevelParameters, ...]]
    pair_counts: dict[str, float]
    rounds: int
    last_change: float
    undecided_share: float


class _State:
    """Level probabilities per class and comparison, and expected pair numbers."""

    def __init__(
        self,
        comparisons: Sequence[Comparison],
        strangers: list[Floats],
        total: float,
        prior_pairs: float,
    ) -> None:
        self.strangers = strangers
        self.prior_pairs = prior_pairs
        self.priors: dict[str, list[Floats]] = {}
        for name in CLASSES[:3]:
            self.priors[name] = [
                _prior(comparison, name, u)
                for comparison, u in zip(comparisons, strangers, strict=True)
            ]
        self.classes = {name: [p.copy() for p in priors] for name, priors in self.priors.items()}
        self.numbers = {"same": 1.0, "relatives": 1.0, "namesakes": 1.0, "strangers": total}

    def densities(self, vectors: VectorCounts) -> Floats:
        """(vectors × classes): expected number of pairs of each class with each vector."""
        columns = []
        for name in CLASSES:
            levels = self.strangers if name == "strangers" else self.classes[name]
            log = np.full(len(vectors.counts), np.log(self.numbers[name]))
            for i, probabilities in enumerate(levels):
                padded = np.append(np.log(probabilities), 0.0)  # index -1: not comparable
                log += padded[vectors.levels[:, i]]
            columns.append(log)
        densities: Floats = np.exp(np.column_stack(columns))
        return densities


def _prior(comparison: Comparison, name: str, strangers: Floats) -> Floats:
    given = [getattr(level, name) for level in comparison.levels]
    probabilities = np.array(
        [u if value is None else value for value, u in zip(given, strangers, strict=True)]
    )
    prior: Floats = probabilities / probabilities.sum()
    return prior


def estimate_classes(
    comparisons: Sequence[Comparison],
    candidates: VectorCounts,
    sample: VectorCounts,
    total_pairs: float,
    prior_pairs: float = PRIOR_PAIRS,
) -> Estimate:
    """Estimate level probabilities and expected pair numbers of the four classes.

    ``total_pairs`` is the number of all pairs that there are, ``prior_pairs`` how many pairs the
    priors weigh as much as: with infinitely many the data moves nothing but the numbers. Levels never
    seen keep their prior, so small and clean data give a usable model too. All sums run over counted
    vectors in a fixed order, so the outcome does not depend on threads.
    """
    strangers = [
        _level_shares(sample.levels[:, i], sample.counts, len(comparison.levels))
        for i, comparison in enumerate(comparisons)
    ]
    state = _State(comparisons, strangers, total_pairs, prior_pairs)
    candidate_pairs = float(candidates.counts.sum())
    for name, share in (("same", 0.3), ("relatives", 0.1), ("namesakes", 0.1)):
        state.numbers[name] = max(1.0, share * candidate_pairs)
    rounds, change = 0, math.inf
    while change > SETTLED and rounds < MOST_ROUNDS:
        change = _improve(state, comparisons, candidates, sample, total_pairs)
        rounds += 1
    return Estimate(
        _level_parameters(state, comparisons),
        {name: _rounded(number) for name, number in state.numbers.items()},
        rounds,
        _rounded(change),
        _undecided_share(state, candidates),
    )


def _undecided_share(state: _State, candidates: VectorCounts) -> float:
    densities = state.densities(candidates)
    probability = densities[:, 0] / densities.sum(axis=1)
    matches = candidates.counts * probability
    is_open = (probability > UNDECIDED[0]) & (probability < UNDECIDED[1])
    return _rounded(float(matches[is_open].sum() / max(matches.sum(), 1e-9)))


def _improve(
    state: _State,
    comparisons: Sequence[Comparison],
    candidates: VectorCounts,
    sample: VectorCounts,
    total_pairs: float,
) -> float:
    """One round; return the largest change of a class's share of the candidate pairs."""
    densities = state.densities(candidates)
    shares = densities / densities.sum(axis=1, keepdims=True)
    before = dict(state.numbers)
    for k, name in enumerate(CLASSES[:3]):
        weights = candidates.counts * shares[:, k]
        state.numbers[name] = max(1.0, float(weights.sum()))
        for i, comparison in enumerate(comparisons):
            seen = np.zeros(len(comparison.levels))
            filled = candidates.levels[:, i] >= 0
            np.add.at(seen, candidates.levels[filled, i], weights[filled])
            # the prior's part first: with an endless prior it is all there is
            share = 1.0 / (1.0 + seen.sum() / state.prior_pairs)
            observed = seen / max(float(seen.sum()), 1e-300)
            state.classes[name][i] = share * state.priors[name][i] + (1.0 - share) * observed
    in_sample = state.densities(sample)
    # Namesakes stay in: by name they are strangers, and the frequencies of names count them too.
    others = in_sample[:, 2:].sum(axis=1) / in_sample.sum(axis=1)
    for i, comparison in enumerate(comparisons):
        state.strangers[i] = _level_shares(
            sample.levels[:, i], sample.counts * others, len(comparison.levels)
        )
    state.numbers["strangers"] = max(1.0, total_pairs - state.numbers["same"])
    scale = max(1.0, float(candidates.counts.sum()))
    return max(abs(state.numbers[name] - before[name]) for name in CLASSES[:3]) / scale


def _level_shares(levels: Ints, counts: Floats, level_count: int) -> Floats:
    """Share of each level among comparable pairs, with half a pair spread over the levels."""
    seen = np.full(level_count, 0.5 / level_count)
    filled = levels >= 0
    np.add.at(seen, levels[filled], counts[filled])
    shares: Floats = seen / seen.sum()
    return shares


def _level_parameters(
    state: _State, comparisons: Sequence[Comparison]
) -> dict[str, tuple[LevelParameters, ...]]:
    return {
        comparison.name: tuple(
            LevelParameters(
                **{name: _rounded(max(FLOOR, state.classes[name][i][j])) for name in CLASSES[:3]},
                strangers=_rounded(state.strangers[i][j]),
            )
            for j in range(len(comparison.levels))
        )
        for i, comparison in enumerate(comparisons)
    }


def _rounded(value: float) -> float:
    """Six significant digits: far below what the data can tell, and the same on every machine."""
    return float(f"{value:.6g}")
