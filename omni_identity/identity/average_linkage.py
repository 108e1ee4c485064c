"""Average linkage of many small graphs at once, exact and so independent of the order of its input.

Average linkage (Sokal and Michener, 1958) joins the two groups whose records agree best on average,
until no two groups agree well enough. Weights are rounded to multiples of 1/GRAIN: sums of those are
exact in floating point, so that neither the order of pairs nor that of records can tip a tie.

A pair with nothing to compare does not count in an average: its weight is NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

GRAIN = 2**20
"""Parts of a bit that weights are counted in. A bounded weight takes 23 binary digits of the 53 there
are, which leaves room for sums over a billion pairs."""
NO_EVIDENCE = -4.0
"""The average between two groups of which no pair can be compared: as little as a pair can say for them."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def link_by_average(weights: Floats, cut: float, together: Ints | None = None) -> Ints:
    """Join groups while the best average weight between two of them is at least ``cut``.

    ``weights`` is (graphs × n × n), symmetric, minus infinity for nodes that must stay apart, NaN for
    pairs that say nothing.
    ``together`` is (graphs × n): for each node the least node that it must stay with, itself if none.
    Of equal averages that of the least nodes wins. Returns (graphs × n): for each node the least
    node of its group.
    """
    graphs, n, _ = weights.shape
    groups = np.tile(np.arange(n, dtype=np.int64), (graphs, 1))
    if together is not None:
        groups = together.astype(np.int64)
    state = _State(weights, groups)
    rows = np.arange(graphs)
    for _ in range(n - 1):
        best, averages = state.best_pairs()
        joins = averages >= cut
        if not joins.all():
            rows, best = rows[joins], best[joins]
            state.keep(joins)
        if not len(rows):
            break
        i, j = best // n, best % n
        state.join(i, j)
        groups[rows] = np.where(groups[rows] == j[:, None], i[:, None], groups[rows])
    return groups


def weakest_joins(weights: Floats, together: Ints) -> Floats:
    """The least of the averages at which average linkage joins each graph into one group.

    Arguments as in :func:`link_by_average`, without nodes that must stay apart. Infinite for a graph
    of which all nodes are ``together`` already.
    """
    graphs, n, _ = weights.shape
    state = _State(weights, together.astype(np.int64))
    rows = np.arange(graphs)
    weakest = np.full(graphs, np.inf)
    for _ in range(n - 1):
        best, averages = state.best_pairs()
        joins = averages > -np.inf
        if not joins.all():
            rows, best, averages = rows[joins], best[joins], averages[joins]
            state.keep(joins)
        if not len(rows):
            break
        weakest[rows] = np.minimum(weakest[rows], averages)
        state.join(best // n, best % n)
    return weakest


class _State:
    """Sums and numbers of weights between groups, their averages, and which groups there are; a group is its least
    node."""

    def __init__(self, weights: Floats, groups: Ints) -> None:
        graphs, n, _ = weights.shape
        tells = ~np.isnan(weights)
        self.sums = np.where(tells, np.round(weights * GRAIN) / GRAIN, 0.0)
        self.counts = tells.astype(np.float64)
        self.exists = np.ones((graphs, n), dtype=bool)
        if not (groups == np.arange(n)).all():
            at = np.arange(graphs)
            places = (at[:, None, None], groups[:, :, None], groups[:, None, :])
            self.sums, single = np.zeros((graphs, n, n)), self.sums
            np.add.at(self.sums, places, single)
            self.counts, single = np.zeros((graphs, n, n)), self.counts
            np.add.at(self.counts, places, single)
            self.exists = groups == np.arange(n)
        possible = np.triu(np.ones((n, n), dtype=bool), 1)
        possible = possible & self.exists[:, :, None] & self.exists[:, None, :]
        self.averages = np.where(possible, _averages(self.sums, self.counts), -np.inf)

    def best_pairs(self) -> tuple[Ints, Floats]:
        """For each graph the first pair (flat index) of the greatest average, and that average."""
        flat = self.averages.reshape(len(self.averages), -1)
        best = flat.argmax(axis=1)
        return best, flat[np.arange(len(flat)), best]

    def keep(self, chosen: npt.NDArray[np.bool_]) -> None:
        """Drop the graphs that are not ``chosen``: they are done."""
        self.sums, self.counts = self.sums[chosen], self.counts[chosen]
        self.exists, self.averages = self.exists[chosen], self.averages[chosen]

    def join(self, i: Ints, j: Ints) -> None:
        """Put group ``j`` of each graph into its group ``i``, which is the lesser one."""
        at, nodes = np.arange(len(i)), np.arange(self.exists.shape[1])
        for table in (self.sums, self.counts):
            table[at, i, :] += table[at, j, :]
            table[at, :, i] += table[at, :, j]
        self.exists[at, j] = False
        averages = _averages(self.sums[at, i, :], self.counts[at, i, :])
        row = np.where(self.exists, averages, -np.inf)
        self.averages[at, j, :] = -np.inf
        self.averages[at, :, j] = -np.inf
        self.averages[at, i, :] = np.where(nodes > i[:, None], row, -np.inf)
        self.averages[at, :, i] = np.where(nodes < i[:, None], row, -np.inf)


def _averages(sums: Floats, counts: Floats) -> Floats:
    averages: Floats = np.where(counts > 0, sums / np.maximum(counts, 1.0), NO_EVIDENCE)
    return averages
