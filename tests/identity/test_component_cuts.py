"""Average linkage against a plain brute-force oracle, and what it must do with families and chains."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.identity.average_linkage import (
    LEAST_ALONE,
    LONE_BITS,
    NO_EVIDENCE,
    NO_MOST,
    SMALLER_BITS,
    SURPLUS_BITS,
    link_by_average,
    link_by_cuts,
    weakest_joins,
)
from omni_identity.identity.component_cuts import CANNOT_LINK, cut_components
from omni_identity.identity.counted_weights import GRAIN, LEAST_WEIGHT

CUT_WEIGHT = -1.0
SAYS_NOTHING = float("nan")


def score(mean: float, one: int, other: int, inner: float, most: float = NO_MOST) -> float:
    """What two groups of so many records, that agree so well on average, are worth after what they are asked.

    ``inner`` is how well that of them agrees in itself which agrees less.
    """
    if one == other == 1 and mean < LEAST_ALONE:
        return mean - LONE_BITS
    asked = SMALLER_BITS * math.log2(min(one, other))
    asked += SURPLUS_BITS * math.log2(max((one + other) / most, 1.0))
    return mean - min(round(asked * GRAIN) / GRAIN, max(inner - mean, 0.0))


def mean_of(weights: list[float], none: float) -> float:
    """The mean of the weights that say something, ``none`` if there is none."""
    told = [weight for weight in weights if not np.isnan(weight)]
    if CANNOT_LINK in told:
        return CANNOT_LINK
    return float(sum(map(Fraction, told))) / len(told) if told else none


def oracle(
    weights: np.ndarray, cut: float, together: list[int], most: float = NO_MOST
) -> list[int]:
    """Join the best pair of groups by mean weight less what is asked, first pair first, until none is good enough."""
    n = len(weights)
    groups = sorted({tuple(i for i in range(n) if together[i] == first) for first in together})
    while True:
        best, at = None, None
        for a, b in itertools.combinations(groups, 2):
            between = [weights[i, j] for i in a for j in b]
            if CANNOT_LINK in between:
                continue
            inner = min(
                mean_of([weights[i, j] for i, j in itertools.combinations(g, 2)], math.inf)
                for g in (a, b)
            )
            worth = score(mean_of(between, NO_EVIDENCE), len(a), len(b), inner, most)
            if worth >= cut and (best is None or worth > best):
                best, at = worth, (a, b)
        if at is None:
            return [min(group) for i in range(n) for group in groups if i in group]
        groups = sorted([*(g for g in groups if g not in at), tuple(sorted(at[0] + at[1]))])


@st.composite
def graphs(draw: st.DrawFn, least: int = 2, most: int = 8) -> tuple[np.ndarray, list[int]]:
    """Weights of a complete graph, some forbidden, some that say nothing, and which nodes stay together."""
    n = draw(st.integers(least, most))
    values = st.sampled_from(
        [-4.0, -3.0, -1.5, -1.0, -1.0, 0.0, 1.0, 2.5, 8.0, CANNOT_LINK, SAYS_NOTHING]
    )
    matrix = np.zeros((n, n))
    for i, j in itertools.combinations(range(n), 2):
        matrix[i, j] = matrix[j, i] = draw(values)
    together = list(range(n))
    for i in range(1, n):
        if draw(st.integers(0, 5)) == 0:
            together[i] = together[draw(st.integers(0, i - 1))]
    return matrix, together


@given(graphs(), st.sampled_from([2.0, 3.5, NO_MOST]), st.sampled_from([CUT_WEIGHT, -2.4]))
@settings(max_examples=400, deadline=None)
def test_it_does_what_the_brute_force_oracle_does(
    graph: tuple[np.ndarray, list[int]], most: float, cut: float
) -> None:
    weights, together = graph
    groups = link_by_average(weights[None, :, :], cut, np.array([together]), most)[0]
    assert groups.tolist() == oracle(weights, cut, together, most)


@given(st.lists(graphs(5, 5), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_graphs_cut_together_are_cut_as_they_are_alone(
    several: list[tuple[np.ndarray, list[int]]],
) -> None:
    stacked = np.stack([weights for weights, _ in several])
    groups = link_by_average(stacked, CUT_WEIGHT, np.array([together for _, together in several]))
    for (weights, together), found in zip(several, groups, strict=True):
        alone = link_by_average(weights[None], CUT_WEIGHT, np.array([together]))[0]
        assert found.tolist() == alone.tolist()


@given(st.lists(graphs(5, 5), min_size=1, max_size=4), st.sampled_from([3.0, NO_MOST]))
@settings(max_examples=100, deadline=None)
def test_cuts_made_at_once_are_those_made_one_by_one(
    several: list[tuple[np.ndarray, list[int]]], most: float
) -> None:
    stacked = np.stack([weights for weights, _ in several])
    together = np.array([nodes for _, nodes in several])
    cuts = (CUT_WEIGHT, 5.0, -np.inf, -2.4)
    for cut, groups in zip(cuts, link_by_cuts(stacked, cuts, together, most), strict=True):
        assert groups.tolist() == link_by_average(stacked, cut, together, most).tolist()


@given(st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_no_rounding_of_sums_tips_a_tie(seed: int) -> None:
    random = np.random.default_rng(seed)
    few = random.uniform(LEAST_WEIGHT, 8.0, 3)
    upper = np.triu(random.choice(few, (9, 9)), 1)
    weights = upper + upper.T
    exact = np.round(weights * 2**20) / 2**20
    assert link_by_average(weights[None], 0.5)[0].tolist() == oracle(exact, 0.5, list(range(9)))


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


def test_two_groups_have_to_agree_better_than_a_record_with_a_group() -> None:
    """A father's records and his son's are all of one name; one more of the father's may hold nothing else."""
    strong, alike = 6.0, CUT_WEIGHT + 0.5
    families = {
        pair: strong if pair in ((1, 2), (3, 4)) else alike
        for pair in itertools.combinations((1, 2, 3, 4), 2)
    }
    clusters = dict(cut_components(*frames(families), CUT_WEIGHT).iter_rows())
    assert clusters[1] == clusters[2] != clusters[3] == clusters[4]
    lone = {pair: weight for pair, weight in families.items() if 4 not in pair}
    clusters = dict(cut_components(*frames(lone), CUT_WEIGHT).iter_rows())
    assert len(set(clusters.values())) == 1
    better = {p: weight + 2 * SMALLER_BITS for p, weight in families.items()}
    clusters = dict(cut_components(*frames(better), CUT_WEIGHT).iter_rows())
    assert len(set(clusters.values())) == 1


def test_two_lone_records_are_not_linked_by_evidence_against_them() -> None:
    """Namesakes of one postcode stay two however low the cut; what a third record holds speaks for both."""
    cut, doubtful = -2.4, LEAST_ALONE - 0.5
    assert dict(cut_components(*frames({(1, 2): doubtful}), cut).iter_rows()) == {1: 1, 2: 2}
    assert dict(cut_components(*frames({(1, 2): LEAST_ALONE}), cut).iter_rows()) == {1: 1, 2: 1}
    third = {(1, 2): doubtful, (1, 3): 6.0, (2, 3): doubtful}
    assert set(dict(cut_components(*frames(third), cut).iter_rows()).values()) == {1}


def test_no_join_weighs_less_than_a_pair_can() -> None:
    weights = np.array([[[0.0, LEAST_ALONE - 0.5], [LEAST_ALONE - 0.5, 0.0]]])
    assert weakest_joins(weights, np.array([[0, 1]])).tolist() == [NO_EVIDENCE]


def test_more_records_than_people_have_must_agree_better_and_may_be_any_number() -> None:
    """Three lists have everybody once: a fourth record is mostly a namesake's, and of a guest there are a hundred."""
    pairs = {p: 0.0 if 3 in p else 5.0 for p in itertools.combinations(range(4), 2)}
    assert len(set(cut_components(*frames(pairs), CUT_WEIGHT)["cluster_no"])) == 1
    by_size = cut_components(*frames(pairs), CUT_WEIGHT, most=3.0)["cluster_no"].to_list()
    assert sorted(by_size.count(n) for n in set(by_size)) == [1, 3]
    rows = dict.fromkeys(itertools.combinations(range(100), 2), 0.0)
    assert len(set(cut_components(*frames(rows), CUT_WEIGHT, most=3.0)["cluster_no"])) == 1


def test_without_a_cut_all_is_joined_that_need_not_stay_apart() -> None:
    weights = np.full((1, 5, 5), LEAST_WEIGHT)
    weights[0, 0, 4] = weights[0, 4, 0] = CANNOT_LINK
    groups = link_by_average(weights, -np.inf)[0].tolist()
    assert len(set(groups)) == 2
    assert groups[0] != groups[4]


def test_a_pair_with_nothing_in_common_to_compare_does_not_speak_against_two_groups() -> None:
    """A till's record has a name and a number, a chat's an address of mail and a handle."""
    pairs = {(1, 2): 5.0, (1, 3): 1.0, (2, 3): SAYS_NOTHING}
    together = dict(cut_components(*frames(pairs), 0.5).iter_rows())
    assert len(set(together.values())) == 1
    counted = dict(cut_components(*frames(pairs | {(2, 3): LEAST_WEIGHT}), 0.5).iter_rows())
    assert counted[3] != counted[1], "as little as it could weigh, it would part them"


def test_two_groups_that_have_nothing_to_compare_stay_apart() -> None:
    pairs = {(1, 2): 5.0, (1, 3): SAYS_NOTHING, (2, 3): SAYS_NOTHING}
    clusters = dict(cut_components(*frames(pairs), CUT_WEIGHT).iter_rows())
    assert clusters[1] == clusters[2] != clusters[3]


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
