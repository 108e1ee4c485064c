"""Verdicts and unique identifiers in clustering, against an oracle that knows names instead of numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.clustering import Cut, cluster_components
from omni_identity.identity.constraints import apply_verdicts, is_conflict
from omni_identity.identity.counted_weights import LEAST_WEIGHT
from omni_identity.linkage.components import SEED_WEIGHT, connect_records, create_constraints
from tests.identity.test_component_cuts import mean_of, score
from tests.worlds import CONFIGURATION, World, receipt

CUT = -1.0
Pair = tuple[str, str]
Partition = set[frozenset[str]]


@dataclass(frozen=True)
class Graph:
    """Records by name with their loyalty cards, weights of pairs, and verdicts; pairs in name order."""

    cards: dict[str, tuple[str, ...]]
    weights: dict[Pair, float]
    verdicts: dict[Pair, str] = field(default_factory=dict)

    def forbids(self, a: str, b: str) -> bool:
        pair = (min(a, b), max(a, b))
        mine, other = set(self.cards[a]), set(self.cards[b])
        clash = bool(mine and other) and not (mine <= other or other <= mine)
        return clash or self.verdicts.get(pair) == "different"


def united(names: list[str], pairs: list[Pair]) -> list[tuple[str, ...]]:
    """Groups of names joined by pairs, one pair after the other, as plain as can be."""
    groups = [{name} for name in names]
    for a, b in pairs:
        left, right = (next(g for g in groups if name in g) for name in (a, b))
        if left is not right:
            groups.remove(right)
            left |= right
    return sorted(tuple(sorted(group)) for group in groups)


def must_stay(graph: Graph, names: list[str]) -> tuple[list[tuple[str, ...]], set[Pair]]:
    """Groups that verdicts of same make, and the verdicts that something forbids."""
    same = sorted(p for p, v in graph.verdicts.items() if v == "same" and p[0] in names)
    result: list[tuple[str, ...]] = []
    broken: set[Pair] = set()
    for group in united(names, same):
        inner = [pair for pair in same if pair[0] in group]
        if any(graph.forbids(a, b) for a, b in itertools.combinations(group, 2)):
            applied: list[Pair] = []
            for pair in inner:
                after = next(g for g in united(list(group), [*applied, pair]) if pair[0] in g)
                if any(graph.forbids(a, b) for a, b in itertools.combinations(after, 2)):
                    broken.add(pair)
                else:
                    applied.append(pair)
            inner = applied
        result += united(list(group), inner)
    return result, broken


def bounded(graph: Graph, pairs: list[Pair]) -> list[float]:
    """What the pairs count for."""
    return [max(LEAST_WEIGHT, min(8.0, graph.weights.get(pair, LEAST_WEIGHT))) for pair in pairs]


def average_linkage(graph: Graph, groups: list[tuple[str, ...]], cut: float) -> Partition:
    """Constrained average linkage from these groups on, that recomputes everything at every step."""
    while True:
        groups.sort()
        averages = {}
        for g, h in itertools.combinations(groups, 2):
            pairs = [(min(a, b), max(a, b)) for a in g for b in h]
            if not any(graph.forbids(a, b) for a, b in pairs):
                inner = min(
                    mean_of(bounded(graph, list(itertools.combinations(sorted(x), 2))), math.inf)
                    for x in (g, h)
                )
                mean = mean_of(bounded(graph, pairs), math.inf)
                averages[g, h] = score(mean, len(g), len(h), inner)
        best = max(averages.values(), default=-np.inf)
        if best < cut or best == -np.inf:
            return {frozenset(group) for group in groups}
        g, h = next(pair for pair, average in averages.items() if average == best)
        groups = [x for x in groups if x not in (g, h)] + [tuple(sorted(g + h))]


def without_verdicts_of_same(graph: Graph) -> Partition:
    """The customers that evidence makes, and what it may not join."""
    joined = [p for p, weight in graph.weights.items() if weight >= SEED_WEIGHT]
    return {
        customer
        for component in united(list(graph.cards), joined)
        for customer in average_linkage(graph, [(name,) for name in component], CUT)
    }


def oracle(graph: Graph) -> tuple[Partition, set[Pair]]:
    """Customers of the evidence, made one by verdicts of same; where that is forbidden, as far as it is not."""
    names = list(graph.cards)
    groups, broken = must_stay(graph, names)
    chains = [p for g in groups for p in itertools.pairwise(g)]
    chains += [p for c in without_verdicts_of_same(graph) for p in itertools.pairwise(sorted(c))]
    customers: Partition = set()
    for whole in united(names, chains):
        if any(graph.forbids(a, b) for a, b in itertools.combinations(whole, 2)):
            customers |= average_linkage(graph, [g for g in groups if g[0] in whole], cut=-np.inf)
        else:
            customers.add(frozenset(whole))
    return customers, broken


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        engine.run("create schema if not exists derived")
        yield engine


def solve(
    engine: DuckDBEngine, graph: Graph, order: list[str] | None = None
) -> tuple[Partition, set[Pair]]:
    """What the product makes of a graph whose records are numbered in ``order``."""
    names = order or sorted(graph.cards)
    number = {name: i + 1 for i, name in enumerate(names)}
    records = [(number[n], n[0], n[1:], list(graph.cards[n]) or None) for n in names]
    columns = {"record_no": pl.Int64, "channel": pl.String, "source_record_id": pl.String}
    load(engine, "source_records", records, {**columns, "loyalty_id": pl.List(pl.String)})
    ends = {"record_no_l": pl.Int64, "record_no_r": pl.Int64}
    numbered = [(*sorted((number[a], number[b])), w) for (a, b), w in graph.weights.items()]
    load(engine, "scored_pairs", numbered, {**ends, "match_weight": pl.Float64})
    engine.run("alter table derived.scored_pairs add column is_inner boolean default false")
    create_constraints(engine)
    verdicts = [(*sorted((number[a], number[b])), v) for (a, b), v in graph.verdicts.items()]
    load(engine, "constraints", verdicts, {**ends, "judgement": pl.String})
    connect_records(engine)
    cluster_components(engine, Cut(CUT), ("loyalty_id",))
    groups: dict[int, set[str]] = {}
    for record, cluster in engine.fetch(
        "select record_no, cluster_no from derived.clusters"
    ).rows():
        groups.setdefault(cluster, set()).add(names[record - 1])
    broken = engine.fetch(
        "select record_no_l, record_no_r, identifier from derived.broken_verdicts"
    )
    return (
        {frozenset(group) for group in groups.values()},
        {(min(p), max(p)) for p in ((names[a - 1], names[b - 1]) for a, b, _ in broken.rows())},
    )


def load(
    engine: DuckDBEngine, table: str, rows: Sequence[tuple[Any, ...]], columns: dict[str, Any]
) -> None:
    kinds = {pl.Int64: "BIGINT", pl.String: "VARCHAR", pl.Float64: "DOUBLE"}
    declared = ", ".join(f"{name} {kinds.get(kind, 'VARCHAR[]')}" for name, kind in columns.items())
    engine.run(f"create or replace table derived.{table} ({declared})")
    engine.write(f"derived.{table}", pl.DataFrame(rows, schema=columns, orient="row"))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    n = draw(st.integers(2, 8))
    # names of two channels, so that the order of names is neither that of channels nor of numbers
    names = [f"{'ab'[i % 2]}{i}" for i in range(n)]
    cards = st.sampled_from([(), (), ("1",), ("2",), ("3",), ("1", "2"), ("2", "3")])
    values = st.sampled_from([-9.0, -4.0, -2.0, -1.0, -1.0, 0.0, 1.5, 3.0, 8.0, 30.0])
    pairs = [(min(p), max(p)) for p in itertools.combinations(names, 2)]
    seldom = st.sampled_from([None] * 8 + ["same", "different"])
    verdicts = {pair: draw(seldom) for pair in pairs}
    return Graph(
        {name: draw(cards) for name in names},
        {pair: draw(values) for pair in pairs if draw(st.integers(0, 4))},
        {pair: verdict for pair, verdict in verdicts.items() if verdict is not None},
    )


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_customers_are_the_oracles_whatever_the_order(
    engine: DuckDBEngine, graph: Graph, random: Random
) -> None:
    customers, broken = solve(engine, graph)
    assert (customers, broken) == oracle(graph)
    names = list(graph.cards)
    random.shuffle(names)
    pairs = list(graph.weights.items())
    random.shuffle(pairs)
    assert solve(engine, replace(graph, weights=dict(pairs)), names) == (customers, broken)
    _no_customer_breaks_a_constraint(graph, customers, broken)


def _no_customer_breaks_a_constraint(graph: Graph, customers: Partition, broken: set[Pair]) -> None:
    for customer in customers:
        assert not any(graph.forbids(a, b) for a, b in itertools.combinations(customer, 2))
        held = [set(graph.cards[name]) for name in customer]
        assert set().union(*held) in held, "one record carries all values that its customer holds"
    for pair, verdict in graph.verdicts.items():
        one = any(set(pair) <= customer for customer in customers)
        assert one == (verdict == "same") or pair in broken


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_components_whose_pairs_all_agree_are_customers(engine: DuckDBEngine, graph: Graph) -> None:
    half = len(graph.cards) // 2 or 1
    # so much above the cut is more than any two groups are asked
    least = 2 * CUT - score(CUT, half, half, math.inf)
    agreed = {pair: max(weight, least) for pair, weight in graph.weights.items()}
    joined = united(list(graph.cards), list(agreed))
    complete = {p: agreed.get(p, least) for g in joined for p in itertools.combinations(g, 2)}
    blank: dict[str, tuple[str, ...]] = dict.fromkeys(graph.cards, ())
    found = solve(engine, Graph(blank, complete))[0]
    assert found == {frozenset(group) for group in joined}


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_a_verdict_of_same_joins_two_customers_as_they_are_without_it(
    engine: DuckDBEngine, graph: Graph
) -> None:
    """Whatever else agrees or not, unless something forbids a pair of them."""
    without = replace(graph, verdicts={p: v for p, v in graph.verdicts.items() if v != "same"})
    before = solve(engine, without)[0]
    assert before == without_verdicts_of_same(graph)
    names = sorted(graph.cards)
    first, last = (next(c for c in before if name in c) for name in (names[0], names[-1]))
    if without.verdicts.get((names[0], names[-1])) == "different":
        return
    judged = replace(without, verdicts={**without.verdicts, (names[0], names[-1]): "same"})
    after, broken = solve(engine, judged)
    if any(graph.forbids(a, b) for a, b in itertools.product(first, last)):
        assert after - before <= {c for c in after if c <= first | last}
    else:
        assert (after, broken) == (before - {first, last} | {first | last}, set())


STRONG = dict.fromkeys(itertools.combinations(["a1", "a2", "a3"], 2), 20.0)


@pytest.mark.parametrize(
    ("cards", "customers"),
    [
        ((("1",), (), ("2",)), 2),
        ((("1",), ("1", "2"), ("2",)), 2),
        ((("1",), ("1", "2"), ("1",)), 1),
        ((("1", "2"), ("2", "3"), ("1", "3")), 3),
        ((("1", "2"), ("1", "2", "3"), ("3",)), 2),
        (((), (), ("2",)), 1),
    ],
    ids=["blank bridge", "both bridge", "holder", "ring", "nested but apart", "one only"],
)
def test_no_bridge_brings_two_values_together(
    engine: DuckDBEngine, cards: tuple[tuple[str, ...], ...], customers: int
) -> None:
    graph = Graph(dict(zip(("a1", "a2", "a3"), cards, strict=True)), STRONG)
    found = solve(engine, graph)[0]
    assert found == oracle(graph)[0]
    assert len(found) == customers


def test_a_verdict_of_same_joins_what_was_never_scored(engine: DuckDBEngine) -> None:
    graph = Graph({"a1": (), "a2": (), "b1": ()}, {}, {("a1", "b1"): "same"})
    assert solve(engine, graph) == ({frozenset({"a1", "b1"}), frozenset({"a2"})}, set())


def test_a_card_that_forbids_the_whole_leaves_the_judged_pair_together(
    engine: DuckDBEngine,
) -> None:
    """Of the others each stays with whom it agrees with best: no record falls off that nothing forbids."""
    cards: dict[str, tuple[str, ...]] = {"a1": ("1",), "a2": (), "b1": ("2",), "b2": (), "b3": ()}
    inside = [("a1", "a2"), *itertools.combinations(("b1", "b2", "b3"), 2)]
    graph = Graph(cards, dict.fromkeys(inside, 9.0), {("a2", "b2"): "same"})
    found, broken = solve(engine, graph)
    assert found == {frozenset({"a1", "a2", "b2"}), frozenset({"b1", "b3"})}
    assert not broken, "the verdict holds"


def test_verdicts_reach_through_each_other(engine: DuckDBEngine) -> None:
    verdicts = {("a1", "a2"): "same", ("a2", "a3"): "different"}
    found, broken = solve(engine, Graph(dict.fromkeys(("a1", "a2", "a3"), ()), STRONG, verdicts))
    assert frozenset({"a1", "a2"}) in found
    assert not broken


def test_a_unique_identifier_wins_over_a_verdict_and_the_verdict_is_reported(
    engine: DuckDBEngine,
) -> None:
    verdicts = {("a1", "a2"): "same", ("a2", "a3"): "same"}
    graph = Graph({"a1": ("1",), "a2": (), "a3": ("2",)}, STRONG, verdicts)
    found, broken = solve(engine, graph)
    assert found == {frozenset({"a1", "a2"}), frozenset({"a3"})}
    assert broken == {("a2", "a3")}
    identifier = engine.fetch("select identifier from derived.broken_verdicts")["identifier"]
    assert identifier.to_list() == ["loyalty_id"]


def test_verdicts_are_applied_in_the_order_given() -> None:
    groups, broken = apply_verdicts([(1, 2), (2, 3), (3, 4)], {(1, 3): "card", (1, 4): ""})
    assert groups[1] == groups[2] != groups[3] == groups[4]
    assert broken == [(2, 3, "card")]
    assert apply_verdicts([(1, 2)], {(1, 2): ""})[1] == [(1, 2, None)]


@pytest.mark.parametrize(
    ("left", "right", "conflict"),
    [
        (["1"], ["2"], True),
        (["1"], ["1", "2"], False),
        (["1", "2"], ["2", "3"], True),
        (None, ["1"], False),
        ([], ["1"], False),
    ],
)
def test_values_conflict_unless_one_side_has_all_of_the_other(
    left: list[str] | None, right: list[str], conflict: bool
) -> None:
    assert is_conflict(left, right) == is_conflict(right, left) == conflict


def test_two_cards_never_share_a_published_customer(tmp_path: Path) -> None:
    configuration = CONFIGURATION + "identifiers:\n  loyalty_id: {unique: true}\n"
    world = World.make(tmp_path / "home", configuration)
    people = [receipt(n) for n in range(40)]
    again = [receipt(n, receipt=f"again{n}") for n in range(40)]
    blank = [receipt(n, receipt=f"blank{n}", card="") for n in range(40)]
    again[7]["card"] = "L999999"
    world.deliver("till", "0001", [*people, *again, *blank])
    assert all(result.passed for result in world.run())
    golden = world.golden_ids()
    assert golden["till:t7"] != golden["till:again7"], "all but the card agrees"
    assert golden["till:blank7"] in (golden["till:t7"], golden["till:again7"])
    assert golden["till:t8"] == golden["till:again8"] == golden["till:blank8"]
    cards = world.read("select golden_id from unified_profiles where len(loyalty_id) > 1")
    assert cards.height == 0
