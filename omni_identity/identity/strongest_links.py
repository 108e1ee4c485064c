"""Maximum spanning trees and bridges of many small complete graphs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SpanningTrees:
    """One tree a graph: the nodes as they joined it, each with its parent and the link between the two.

    All three are (graphs × n - 1); a tree begins at node 0.
    """

    nodes: Ints
    parents: Ints
    links: Floats


def span_strongest(weights: Floats) -> SpanningTrees:
    """The maximum spanning tree of each graph (Prim); ``weights`` is (graphs × n × n), symmetric."""
    graphs, n, _ = weights.shape
    at = np.arange(graphs)
    strongest = weights[:, 0, :].astype(np.float64)
    strongest[:, 0] = -np.inf
    nearest = np.zeros((graphs, n), dtype=np.int64)
    nodes = np.zeros((graphs, n - 1), dtype=np.int64)
    parents = np.zeros((graphs, n - 1), dtype=np.int64)
    links = np.zeros((graphs, n - 1))
    outside = np.ones((graphs, n), dtype=bool)
    outside[:, 0] = False
    for step in range(n - 1):
        node = np.where(outside, strongest, -np.inf).argmax(axis=1)
        nodes[:, step], parents[:, step] = node, nearest[at, node]
        links[:, step] = strongest[at, node]
        outside[at, node] = False
        closer = outside & (weights[at, node] > strongest)
        strongest = np.where(closer, weights[at, node], strongest)
        nearest = np.where(closer, node[:, None], nearest)
    return SpanningTrees(nodes, parents, links)


def count_bridges(weights: Floats, trees: SpanningTrees, cut: float) -> Ints:
    """How many links of at least ``cut`` each graph has whose loss would part what such links join.

    A bridge is always a link of the maximum spanning tree: the one link of its strength that crosses
    between the nodes below it in the tree and all others.
    """
    graphs, n, _ = weights.shape
    at = np.arange(graphs)
    linked = weights >= cut
    linked[:, np.arange(n), np.arange(n)] = False
    below = np.tile(np.eye(n, dtype=bool), (graphs, 1, 1))
    for step in reversed(range(n - 1)):
        below[at, trees.parents[:, step]] |= below[at, trees.nodes[:, step]]
    bridges = np.zeros(graphs, dtype=np.int64)
    for step in range(n - 1):
        inside = below[at, trees.nodes[:, step]]
        crossing = (linked & inside[:, :, None] & ~inside[:, None, :]).sum(axis=(1, 2))
        bridges += (crossing == 1) & (trees.links[:, step] >= cut)
    return bridges
