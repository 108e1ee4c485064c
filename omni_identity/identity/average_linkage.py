"""Average linkage of many small graphs at once, exact and so independent of the order of its input.

Average linkage (Sokal and Michener, 1958) joins the two groups whose records agree best on average,
until no two groups agree well enough. Weights are rounded to multiples of 1/GRAIN: sums of those are
exact in floating point, so that neither the order of pairs nor that of records can tip a tie.

A record by itself may agree little with others of its person because it holds little, or is misspelt. Where two
groups, each of which agrees better in itself, agree no better on average, they are mostly two persons of one
household or one name; so are, more often than not, more records than people have. So two groups are asked the more,
the more records the smaller one has, and the more both together have beyond what people have at most; but never more
than they agree better in themselves (:func:`_score`). Two lone records that are likelier not of one person by two to
one stay apart whatever the cut.

A pair with nothing to compare does not count in an average: its weight is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from omni_identity.identity.counted_weights import GRAIN, LEAST_WEIGHT

NO_EVIDENCE = LEAST_WEIGHT
"""The average between two groups of which no pair can be compared: as little as a pair can say for them."""
SMALLER_BITS, SURPLUS_BITS = 0.75, 4.0
"""How much better (log2) two groups have to agree for every time that the smaller of them has twice as many records,
and for every time that both together have twice as many as people have at most. Measured on fifteen labelled sets
(docs/linkage.md)."""
LEAST_ALONE = -1.0
"""Weight (log2, two to one against) below which two lone records are not linked, whatever the cut: nothing but their
own evidence speaks for them, while a lone record beside a group has others to speak for it."""
LONE_BITS = 8.0
"""What two such records are asked: more than any weight lies above the lowest cut."""
NO_MOST = 1e9
"""How many records people have at most where no model says it: more than any customer."""
NEXT_TO_NOTHING = 1e-5
"""Bits: more than what rounding may make of what is asked."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def link_by_average(
    weights: Floats, cut: float, together: Ints | None = None, most: float = NO_MOST
) -> Ints:
    """Join groups while the best average weight between two of them, less what they are asked, is at least ``cut``.

    ``weights`` is (graphs × n × n), symmetric, minus infinity for nodes that must stay apart, NaN for
    pairs that say nothing.
    ``together`` is (graphs × n): for each node the least node that it must stay with, itself if none.
    ``most`` is how many records people have at most.
    Of equals that of the least nodes wins. With a cut of minus infinity all is joined that need not stay
    apart. Returns (graphs × n): for each node the least node of its group.
    """
    return link_by_cuts(weights, (cut,), together, most)[0]


def link_by_cuts(
    weights: Floats, cuts: Sequence[float], together: Ints | None = None, most: float = NO_MOST
) -> list[Ints]:
    """What :func:`link_by_average` returns of each cut: they join the same groups until one after the other stops."""
    graphs, n, _ = weights.shape
    groups = np.tile(np.arange(n, dtype=np.int64), (graphs, 1))
    if together is not None:
        groups = together.astype(np.int64)
    state = _State(weights, groups, most)
    rows = np.arange(graphs)
    found = [groups.copy() for _ in cuts]
    goes_on = np.ones((len(cuts), graphs), dtype=bool)
    for _ in range(n - 1):
        best, scores = state.best_pairs()
        for cut, groups_then, open_graphs in zip(cuts, found, goes_on, strict=True):
            stopped = rows[(scores < cut) & open_graphs[rows]]
            groups_then[stopped] = groups[stopped]
            open_graphs[stopped] = False
        joins = (scores >= min(cuts)) & (scores > -np.inf)
        if not joins.all():
            rows, best = rows[joins], best[joins]
            state.keep(joins)
        if not len(rows):
            break
        i, j = best // n, best % n
        state.join(i, j)
        groups[rows] = np.where(groups[rows] == j[:, None], i[:, None], groups[rows])
    for groups_then, open_graphs in zip(found, goes_on, strict=True):
        groups_then[open_graphs] = groups[open_graphs]
    return found


def weakest_joins(weights: Floats, together: Ints, most: float = NO_MOST) -> Floats:
    """The least of the averages, less what groups are asked, at which average linkage joins each graph into one group.

    None is less than ``NO_EVIDENCE``. Arguments as in :func:`link_by_average`, without nodes that must stay apart.
    Infinite for a graph of which all nodes are ``together`` already.
    """
    graphs, n, _ = weights.shape
    state = _State(weights, together.astype(np.int64), most)
    rows = np.arange(graphs)
    weakest = np.full(graphs, np.inf)
    for _ in range(n - 1):
        best, scores = state.best_pairs()
        joins = scores > -np.inf
        if not joins.all():
            rows, best, scores = rows[joins], best[joins], scores[joins]
            state.keep(joins)
        if not len(rows):
            break
        weakest[rows] = np.minimum(weakest[rows], np.maximum(scores, NO_EVIDENCE))
        state.join(best // n, best % n)
    return weakest


class _State:
    """Sums and numbers of weights between groups, and in each of them, how many nodes it has, scores of pairs, and
    which groups there are; a group is its least node."""

    def __init__(self, weights: Floats, groups: Ints, most: float) -> None:
        graphs, n, _ = weights.shape
        self.most = most
        tells = ~np.isnan(weights)
        self.sums = np.where(tells, np.round(weights * GRAIN) / GRAIN, 0.0)
        self.counts = tells.astype(np.float64)
        self.sizes = np.ones((graphs, n))
        self.inner_sums, self.inner_counts = np.zeros((graphs, n)), np.zeros((graphs, n))
        self.exists = np.ones((graphs, n), dtype=bool)
        if not (groups == np.arange(n)).all():
            at = np.arange(graphs)
            places = (at[:, None, None], groups[:, :, None], groups[:, None, :])
            self.sums, single_sums = np.zeros((graphs, n, n)), self.sums
            np.add.at(self.sums, places, single_sums)
            self.counts, single_counts = np.zeros((graphs, n, n)), self.counts
            np.add.at(self.counts, places, single_counts)
            self.sizes = np.zeros((graphs, n))
            np.add.at(self.sizes, (at[:, None], groups), 1.0)
            inside = np.triu(groups[:, :, None] == groups[:, None, :], 1) & tells
            graph, i, j = np.nonzero(inside)
            np.add.at(self.inner_sums, (graph, groups[graph, i]), single_sums[graph, i, j])
            np.add.at(self.inner_counts, (graph, groups[graph, i]), 1.0)
            self.exists = groups == np.arange(n)
        possible = np.triu(np.ones((n, n), dtype=bool), 1)
        possible = possible & self.exists[:, :, None] & self.exists[:, None, :]
        inner = self._inner_averages()
        scores = _score(
            _averages(self.sums, self.counts),
            np.minimum(inner[:, :, None], inner[:, None, :]),
            self._asked(self.sizes[:, :, None], self.sizes[:, None, :]),
            self.sizes[:, :, None] + self.sizes[:, None, :] == 2,
        )
        self.scores = np.where(possible, scores, -np.inf)

    def best_pairs(self) -> tuple[Ints, Floats]:
        """For each graph the first pair (flat index) of the greatest score, and that score."""
        flat = self.scores.reshape(len(self.scores), -1)
        best = flat.argmax(axis=1)
        return best, flat[np.arange(len(flat)), best]

    def keep(self, chosen: npt.NDArray[np.bool_]) -> None:
        """Drop the graphs that are not ``chosen``: they are done."""
        self.sums, self.counts = self.sums[chosen], self.counts[chosen]
        self.inner_sums, self.inner_counts = self.inner_sums[chosen], self.inner_counts[chosen]
        self.sizes, self.exists = self.sizes[chosen], self.exists[chosen]
        self.scores = self.scores[chosen]

    def join(self, i: Ints, j: Ints) -> None:
        """Put group ``j`` of each graph into its group ``i``, which is the lesser one."""
        at, nodes = np.arange(len(i)), np.arange(self.exists.shape[1])
        self.inner_sums[at, i] += self.inner_sums[at, j] + self.sums[at, i, j]
        self.inner_counts[at, i] += self.inner_counts[at, j] + self.counts[at, i, j]
        for table in (self.sums, self.counts):
            table[at, i, :] += table[at, j, :]
            table[at, :, i] += table[at, :, j]
        self.sizes[at, i] += self.sizes[at, j]
        self.exists[at, j] = False
        inner = self._inner_averages()
        scores = _score(
            _averages(self.sums[at, i, :], self.counts[at, i, :]),
            np.minimum(inner[at, i][:, None], inner),
            self._asked(self.sizes[at, i][:, None], self.sizes),
            self.sizes[at, i][:, None] + self.sizes == 2,
        )
        row = np.where(self.exists, scores, -np.inf)
        self.scores[at, j, :] = -np.inf
        self.scores[at, :, j] = -np.inf
        self.scores[at, i, :] = np.where(nodes > i[:, None], row, -np.inf)
        self.scores[at, :, i] = np.where(nodes < i[:, None], row, -np.inf)

    def _inner_averages(self) -> Floats:
        """The average weight in each group; infinite where there is none to say how well it agrees."""
        counts = self.inner_counts
        averages: Floats = np.where(counts > 0, self.inner_sums / np.maximum(counts, 1.0), np.inf)
        return averages

    def _asked(self, one: Floats, other: Floats) -> Floats:
        """What two groups of so many nodes are asked (log2)."""
        smaller = np.log2(np.maximum(np.minimum(one, other), 1.0))
        surplus = np.log2(np.maximum((one + other) / self.most, 1.0))
        # whole parts, because the last digit of a logarithm depends on the machine
        asked: Floats = np.round((SMALLER_BITS * smaller + SURPLUS_BITS * surplus) * GRAIN) / GRAIN
        return asked


def _averages(sums: Floats, counts: Floats) -> Floats:
    averages: Floats = np.where(counts > 0, sums / np.maximum(counts, 1.0), NO_EVIDENCE)
    return averages


def _score(
    averages: Floats, inner: Floats, asked: Floats, are_lone: npt.NDArray[np.bool_]
) -> Floats:
    """The average weights of two groups each, less what they are asked.

    ``inner`` is the average in that of the two which agrees less in itself, ``asked`` what groups of their sizes are
    asked, ``are_lone`` whether both are a single record. Of groups that agree with each other as each does in itself
    nothing is asked, however many records they have.
    """
    possible = averages > -np.inf
    gaps = np.maximum(inner - np.where(possible, averages, 0.0), 0.0)
    doubted = np.where(are_lone & (averages < LEAST_ALONE), LONE_BITS, np.minimum(asked, gaps))
    scores: Floats = np.where(possible, averages - doubted, -np.inf)
    return scores


def is_doubtful_sql(cut: str, least: str, greatest: str, size: str, most: float) -> str:
    """SQL for whether two groups of ``size`` records, whose pairs weigh ``least`` to ``greatest``, may miss the cut."""
    asked = (
        f"{SMALLER_BITS} * log2(greatest({size} / 2.0, 1.0))"
        f" + {SURPLUS_BITS} * log2(greatest({size} / {most!r}, 1.0))"
    )
    bound = f"greatest({cut} + {NEXT_TO_NOTHING}, {LEAST_ALONE})"
    return f"{least} - least({asked}, {greatest} - {least}) < {bound}"
