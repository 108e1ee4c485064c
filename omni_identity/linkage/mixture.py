"""Estimates the four classes from counted comparison vectors: expectation maximisation with Dirichlet priors.

Two tables of counts come in: the candidate pairs (blocked, so rich in matches) and a random sample
of all pairs (nearly all strangers). The sample says how strangers look, cleaned of the matches in
it; the candidates say how the other classes look, with strangers' expected counts held fixed. Pairs that are
known keep to the classes that were left possible (Nigam, McCallum, Thrun and Mitchell, Machine Learning 39, 2000).

What a level's prior leaves open, as it means "as among strangers", is one parameter with strangers' own,
however many pairs say otherwise: two relatives' birth dates, or two namesakes' addresses, have nothing in
common to learn. Left free, a class learns whatever is left over: namesakes take matches that have moved
house for theirs, and relatives every match of a family.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.held_levels import (
    NOTHING_HELD,
    HeldLevels,
    held_probabilities,
    with_held,
)
from omni_identity.linkage.model import CLASSES, LevelParameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PRIOR_PAIRS = 300.0
MOST_ROUNDS = 60
SETTLED = 1e-5
STRANGER_PAIRS = 30.0
"""How many pairs of strangers the priors of strangers weigh as much as, where there are any."""
FLOOR = 1e-4
UNDECIDED = (0.1, 0.9)
STARTS = (
    {"same": 0.3, "relatives": 0.1, "namesakes": 0.1},
    {"same": 0.05, "relatives": 0.3, "namesakes": 0.05},
    {"same": 0.05, "relatives": 0.05, "namesakes": 0.3},
    {"same": 0.6, "relatives": 0.02, "namesakes": 0.02},
)
"""Shares of the candidate pairs that the classes start from: many matches or few, many families, many namesakes."""
SHORT_RUN = 12
"""Rounds after which only the likeliest start goes on beside the first (Biernacki, Celeux and Govaert, "Choosing
starting values for the EM algorithm", Computational Statistics and Data Analysis 41, 2003)."""
LIKELIER = 10.0
"""Nats by which another start has to end likelier than the first: less is what the rounds leave undone."""


@dataclass(frozen=True)
class VectorCounts:
    """Distinct comparison vectors and how many pairs have each.

    ``levels`` is (vectors × comparisons): the index of the level, 0 the strongest, -1 not
    comparable; ``counts`` is (vectors,).
    """

    levels: Ints
    counts: Floats

    @functools.cached_property
    def columns(self) -> Ints:
        """(comparisons × vectors): the levels from 1 on, 0 not comparable, as every round reads them."""
        return np.ascontiguousarray(self.levels.T + 1)


@dataclass(frozen=True)
class KnownPairs:
    """Comparison vectors of pairs of which somebody has said what they are.

    ``levels`` as of ``VectorCounts``; ``may_be`` is (vectors × classes): 1 for a class that was left possible, else 0;
    ``counts`` is (vectors,): pairs; ``weights`` is (vectors,): how many pairs these stand for.
    """

    levels: Ints
    may_be: Floats
    counts: Floats
    weights: Floats

    @functools.cached_property
    def vectors(self) -> VectorCounts:
        """The vectors alone, with their numbers of pairs."""
        return VectorCounts(self.levels, self.counts)


@dataclass(frozen=True)
class ComparedPairs:
    """What there is to learn from: the candidate pairs, a sample of all pairs, and those that are known, if any.

    No pair is a candidate and known.
    """

    candidates: VectorCounts
    sample: VectorCounts
    known: KnownPairs | None = None


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
        held: HeldLevels,
    ) -> None:
        self.strangers = strangers
        self.prior_pairs = prior_pairs
        self.priors = {
            name: [_Prior(comparison, name, held) for comparison in comparisons]
            for name in CLASSES[:3]
        }
        self.held_strangers = [
            held_probabilities(held, c.name, len(c.levels), "strangers") for c in comparisons
        ]
        self.classes = {
            name: [prior.probabilities(u) for prior, u in zip(priors, strangers, strict=True)]
            for name, priors in self.priors.items()
        }
        self.numbers = {"same": 1.0, "relatives": 1.0, "namesakes": 1.0, "strangers": total}

    def densities(self, vectors: VectorCounts) -> Floats:
        """(vectors × classes): expected number of pairs of each class with each vector."""
        columns = []
        for name in CLASSES:
            levels = self.strangers if name == "strangers" else self.classes[name]
            log = np.full(len(vectors.counts), np.log(self.numbers[name]))
            for i, probabilities in enumerate(levels):
                log += np.append(0.0, np.log(probabilities))[vectors.columns[i]]
            columns.append(log)
        densities: Floats = np.exp(np.column_stack(columns))
        return densities

    def known_shares(self, known: KnownPairs) -> Floats:
        """(vectors × classes): of each known vector the probability of each class, 0 for those that were ruled out."""
        possible = self.densities(known.vectors) * known.may_be
        shares: Floats = possible / possible.sum(axis=1, keepdims=True)
        return shares

    def log_likelihood(self, pairs: ComparedPairs) -> float:
        """How likely the pairs are (Poisson, but for a constant), and the parameters by their priors."""
        candidates, known = pairs.candidates, pairs.known
        expected = self.densities(candidates).sum(axis=1)
        likelihood = float(candidates.counts @ np.log(expected))
        if known is not None:
            possible = (self.densities(known.vectors) * known.may_be).sum(axis=1)
            likelihood += float(known.weights @ np.log(possible))
        likelihood -= sum(self.numbers[name] for name in CLASSES[:3])
        if math.isinf(self.prior_pairs):
            return likelihood
        return likelihood + self.prior_pairs * sum(
            prior.log_density(probabilities)
            for name in CLASSES[:3]
            for prior, probabilities in zip(self.priors[name], self.classes[name], strict=True)
        )


class _Prior:
    """What a class is known to be like in one comparison: its own levels, and those as among strangers."""

    def __init__(self, comparison: Comparison, name: str, held: HeldLevels) -> None:
        given = [getattr(level, name) for level in comparison.levels]
        self.is_tied = np.array([value is None for value in given])
        self.own = np.array([0.0 if value is None else value for value in given])
        if not self.is_tied.any():
            self.own /= self.own.sum()
        of_one_person = held if name == "same" else {}
        self.held = held_probabilities(of_one_person, comparison.name, len(given), "same")

    def probabilities(
        self, strangers: Floats, seen: Floats | None = None, prior_pairs: float = math.inf
    ) -> Floats:
        """The levels' probabilities after ``seen`` pairs at each, the prior weighing ``prior_pairs`` of them.

        A class learns its own levels; the rest of 1 is shared out among the others as strangers share it. Levels that
        are given stay as they are.
        """
        # the prior's part first: with an endless prior it is all there is
        total = 0.0 if seen is None else float(seen.sum())
        share = 1.0 / (1.0 + total / prior_pairs)
        own = share * self.own
        if seen is not None:
            own = own + (1.0 - share) * np.where(self.is_tied, 0.0, seen) / max(total, 1e-300)
        if not self.is_tied.any():
            return with_held(own, self.held)
        others = np.where(self.is_tied, strangers, 0.0)
        probabilities: Floats = own + (1.0 - own.sum()) * others / others.sum()
        return probabilities

    def log_density(self, probabilities: Floats) -> float:
        """The log density of a class's own parameters for each pair that the prior weighs, but for a constant."""
        own = np.append(probabilities[~self.is_tied], probabilities[self.is_tied].sum())
        weights = np.append(self.own[~self.is_tied], 1.0 - self.own.sum())
        return float(weights @ np.log(np.maximum(own, 1e-300)))


def estimate_classes(
    comparisons: Sequence[Comparison],
    pairs: ComparedPairs,
    total_pairs: float,
    prior_pairs: float = PRIOR_PAIRS,
    held: HeldLevels = NOTHING_HELD,
) -> Estimate:
    """Estimate level probabilities and expected pair numbers of the four classes.

    What levels known pairs have counts as much as they weigh; how many there are of a class, as many as they are.

    ``total_pairs`` is the number of all pairs that there are, ``prior_pairs`` how many pairs the
    priors weigh as much as: with infinitely many the data moves nothing but the numbers. Levels never
    seen keep their prior, so small and clean data give a usable model too. Of several starts the one counts that
    ends where the pairs are likeliest; with infinitely many it is one start. What is ``held`` is not learnt.
    All sums run over counted vectors in a fixed order, so the outcome does not depend on threads.
    """
    strangers = [
        with_held(
            _level_shares(pairs.sample.columns[i], pairs.sample.counts, comparison),
            held_probabilities(held, comparison.name, len(comparison.levels), "strangers"),
        )
        for i, comparison in enumerate(comparisons)
    ]
    candidate_pairs = float(pairs.candidates.counts.sum())
    # with the parameters given there is one best share of each class, wherever one starts
    starts = STARTS[:1] if math.isinf(prior_pairs) else STARTS
    runs = []
    for start in starts:
        state = _State(comparisons, list(strangers), total_pairs, prior_pairs, held)
        for name, share in start.items():
            state.numbers[name] = max(1.0, share * candidate_pairs)
        runs.append(_Run(state, comparisons, pairs, total_pairs))
    best = runs[0]
    if len(runs) > 1:
        for run in runs:
            run.settle(SHORT_RUN)
        best = max(runs, key=lambda run: run.log_likelihood)
    for run in (runs[0], best):
        run.settle(MOST_ROUNDS)
    if best.log_likelihood <= runs[0].log_likelihood + LIKELIER:
        best = runs[0]
    state, rounds, change = best.state, best.rounds, best.change
    return Estimate(
        _level_parameters(state, comparisons),
        {name: _rounded(number) for name, number in state.numbers.items()},
        rounds,
        _rounded(change),
        _undecided_share(state, pairs.candidates),
    )


@dataclass
class _Run:
    """A run of rounds from one start: how many there were, and what the last still moved."""

    state: _State
    comparisons: Sequence[Comparison]
    pairs: ComparedPairs
    total_pairs: float
    rounds: int = 0
    change: float = math.inf

    @property
    def log_likelihood(self) -> float:
        """How likely the pairs are as it stands."""
        return self.state.log_likelihood(self.pairs)

    def settle(self, most_rounds: int) -> None:
        """Improve the state until nothing moves, or for so many rounds since the start."""
        while self.change > SETTLED and self.rounds < most_rounds:
            self.change = _improve(self.state, self.comparisons, self.pairs, self.total_pairs)
            self.rounds += 1


def _undecided_share(state: _State, candidates: VectorCounts) -> float:
    densities = state.densities(candidates)
    probability = densities[:, 0] / densities.sum(axis=1)
    matches = candidates.counts * probability
    is_open = (probability > UNDECIDED[0]) & (probability < UNDECIDED[1])
    return _rounded(float(matches[is_open].sum() / max(matches.sum(), 1e-9)))


def _improve(
    state: _State,
    comparisons: Sequence[Comparison],
    pairs: ComparedPairs,
    total_pairs: float,
) -> float:
    """One round; return the largest change of a class's share of the candidate pairs."""
    candidates, sample, known = pairs.candidates, pairs.sample, pairs.known
    densities = state.densities(candidates)
    shares = densities / densities.sum(axis=1, keepdims=True)
    known_shares = None if known is None else state.known_shares(known)
    before = dict(state.numbers)
    seen: dict[str, list[Floats]] = {}
    for k, name in enumerate(CLASSES[:3]):
        weights = candidates.counts * shares[:, k]
        number = float(weights.sum())
        seen[name] = [
            _level_counts(candidates.columns[i], weights, len(comparison.levels))
            for i, comparison in enumerate(comparisons)
        ]
        if known is not None and known_shares is not None:
            number += float(known.counts @ known_shares[:, k])
            for i, counts in enumerate(seen[name]):
                column = known.vectors.columns[i]
                counts += _level_counts(column, known.weights * known_shares[:, k], len(counts))
        state.numbers[name] = max(1.0, number)
    in_sample = state.densities(sample)
    # Namesakes stay in: by name they are strangers, and the frequencies of names count them too.
    others = in_sample[:, 2:].sum(axis=1) / in_sample.sum(axis=1)
    for i, comparison in enumerate(comparisons):
        shares = _level_shares(sample.columns[i], sample.counts * others, comparison)
        state.strangers[i] = with_held(shares, state.held_strangers[i])
    for name, priors in state.priors.items():
        state.classes[name] = [
            prior.probabilities(u, counts, state.prior_pairs)
            for prior, u, counts in zip(priors, state.strangers, seen[name], strict=True)
        ]
    state.numbers["strangers"] = max(1.0, total_pairs - state.numbers["same"])
    scale = max(1.0, float(candidates.counts.sum()))
    return max(abs(state.numbers[name] - before[name]) for name in CLASSES[:3]) / scale


def _level_shares(column: Ints, counts: Floats, comparison: Comparison) -> Floats:
    """Share of each level among comparable pairs of strangers, with a few more pairs by the levels' priors.

    Half a pair is spread over the levels of a comparison without such priors.
    """
    priors = [level.strangers for level in comparison.levels]
    few = np.array(
        [0.5 / len(priors) if prior is None else STRANGER_PAIRS * prior for prior in priors]
    )
    seen = _level_counts(column, counts, len(priors)) + few
    shares: Floats = seen / seen.sum()
    return shares


def _level_counts(column: Ints, counts: Floats, level_count: int) -> Floats:
    """How many of the pairs, which count ``counts`` each, are at each level; those not comparable at none."""
    seen = np.bincount(column, counts, level_count + 1)[1:]
    return seen.astype(np.float64)


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
