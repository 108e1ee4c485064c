"""Average linkage against a plain brute-force oracle, and what it must do with families and chains."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.identity.clustering import (
    LEAST_WEIGHT,
    cut_components,
    link_by_average,
)

CUT_WEIGHT = -1.0


def oracle(weights: np.ndarray, cut: float) -> list[int]:
    """Join the best pair of groups by mean weight, first pair first, until none is good enough."""
    groups = [[i] for i in range(len(weights))]
    while len(groups) > 1:
        best, at = -np.inf, (0, 0)
        for a, b in itertools.combinations(range(len(groups)), 2):
            mean = round(float(np.mean([weights[i, j] for i in groups[a] for j in groups[b]])), 9)
            if mean > best:
                best, at = mean, (a, b)
        if best < cut:
            break
        groups[at[0]] = sorted(groups[at[0]] + groups.pop(at[1]))
        groups.sort()
    return [min(group) for i in range(len(weights)) for group in groups if i in group]


@st.composite
def weight_matrices(draw: st.DrawFn, least: int = 2, most: int = 7) -> np.ndarray:
    n = draw(st.integers(least, most))
    values = st.sampled_from([-4.0, -3.0, -1.5, -1.0, 0.0, 1.0, 2.5, 8.0])
    matrix = np.zeros((n, n))
    for i, j in itertools.combinations(range(n), 2):
        matrix[i, j] = matrix[j, i] = draw(values)
    return matrix


@given(weight_matrices())
@settings(max_examples=300, deadline=None)
def test_it_does_what_the_brute_force_oracle_does(weights: np.ndarray) -> None:
    groups = link_by_average(weights[None, :, :], CUT_WEIGHT)[0]
    assert groups.tolist() == oracle(weights, CUT_WEIGHT)


@given(st.lists(weight_matrices(4, 4), min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_graphs_cut_together_are_cut_as_they_are_alone(graphs: list[np.ndarray]) -> None:
    together = link_by_average(np.stack(graphs), CUT_WEIGHT)
    for graph, groups in zip(graphs, together, strict=True):
        assert groups.tolist() == link_by_average(graph[None], CUT_WEIGHT)[0].tolist()


def frames(
    pairs: dict[tuple[int, int], float], component: int = 1
) -> tuple[pl.DataFrame, pl.DataFrame]:
    records = sorted({record for pair in pairs for record in pair})
    members = pl.DataFrame({"component_no": [component] * len(records), "record_no": records})
    rows = [(component, left, right, weight) for (left, right), weight in pairs.items()]
    columns = ["component_no", "record_no_l", "record_no_r", "weight"]
    return members, pl.DataFrame(rows, schema=columns, orient="row")


def test_a_bridge_between_two_families_does_not_join_them() -> None:
    strong, none = 8.0, LEAST_WEIGHT
    pairs = {(1, 2): strong, (3, 4): strong, (2, 3): 6.0, (1, 3): none, (1, 4): none, (2, 4): none}
    clusters = dict(cut_components(*frames(pairs), CUT_WEIGHT).iter_rows())
    assert clusters[1] == clusters[2]
    assert clusters[3] == clusters[4]
    assert clusters[1] != clusters[3]


def test_components_of_many_sizes_keep_their_own_records() -> None:
    joined = frames({(1, 2): 5.0, (1, 3): 5.0, (2, 3): -4.0}, component=1)
    apart = frames({(10, 11): -4.0}, component=10)
    members = pl.concat([joined[0], apart[0]])
    pairs = pl.concat([joined[1], apart[1]])
    clusters = cut_components(members, pairs, CUT_WEIGHT)
    assert clusters["record_no"].to_list() == [1, 2, 3, 10, 11]
    assert clusters["cluster_no"].to_list() == [1, 1, 1, 10, 11]


def test_nothing_in_gives_nothing_out() -> None:
    members = pl.DataFrame(schema={"component_no": pl.Int64, "record_no": pl.Int64})
    columns = {"component_no": pl.Int64, "record_no_l": pl.Int64, "record_no_r": pl.Int64}
    pairs = pl.DataFrame(schema=columns | {"weight": pl.Float64})
    assert cut_components(members, pairs, CUT_WEIGHT).height == 0


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3, 4])))
def test_the_numbers_of_records_do_not_matter_when_nothing_ties(order: tuple[int, ...]) -> None:
    pairs = {(0, 1): 6.0, (1, 2): 3.0, (2, 3): 5.5, (0, 2): -4.0, (1, 3): -4.0, (0, 3): -4.0}
    renamed = {(min(order[i], order[j]), max(order[i], order[j])): w for (i, j), w in pairs.items()}
    clusters = dict(cut_components(*frames(renamed), CUT_WEIGHT).iter_rows())
    assert clusters[order[0]] == clusters[order[1]]
    assert clusters[order[2]] == clusters[order[3]]
    assert clusters[order[0]] != clusters[order[2]]
