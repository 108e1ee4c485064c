"""Connected components against a union-find, and the taking apart of one that grew too large."""

from __future__ import annotations

import itertools
import random
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage import components
from omni_identity.linkage.components import (
    LARGEST_COMPONENT,
    SEED_WEIGHT,
    STRONG_ROOM,
    STRONG_WEIGHT,
    connect_records,
    create_constraints,
    list_inner_pairs,
)

Pairs = list[tuple[int, int, float]]


def connected(
    pairs: Pairs, same: list[tuple[int, int]] | None = None, largest: int = LARGEST_COMPONENT
) -> dict[int, int]:
    with DuckDBEngine() as engine:
        load(engine, pairs)
        judge(engine, same or [])
        connect_records(engine, largest=largest)
        return dict(
            engine.fetch("select record_no, component_no from derived.components").iter_rows()
        )


def load(engine: DuckDBEngine, pairs: Pairs) -> None:
    engine.run("create schema if not exists derived")
    engine.run(
        "create or replace table derived.scored_pairs"
        " (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE,"
        " is_inner BOOLEAN default false)"
    )
    columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "match_weight": pl.Float64}
    engine.write("derived.scored_pairs", pl.DataFrame(pairs, schema=columns, orient="row"))


def judge(engine: DuckDBEngine, same: list[tuple[int, int]]) -> None:
    create_constraints(engine)
    rows = [(left, right, "same") for left, right in same]
    columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "judgement": pl.String}
    engine.write("derived.constraints", pl.DataFrame(rows, schema=columns, orient="row"))


def union_find(pairs: Pairs) -> dict[int, int]:
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for left, right, weight in pairs:
        if weight >= SEED_WEIGHT:
            a, b = find(left), find(right)
            parent[max(a, b)] = min(a, b)
    return {node: find(node) for node in parent}


EDGES = st.lists(
    st.tuples(
        st.integers(1, 12), st.integers(1, 12), st.sampled_from([-5.0, -1.0, 0.0, 7.0])
    ).filter(lambda edge: edge[0] < edge[1]),
    max_size=20,
    unique_by=lambda edge: edge[:2],
)


SAME = st.lists(
    st.tuples(st.integers(1, 14), st.integers(1, 14)).filter(lambda pair: pair[0] < pair[1]),
    max_size=4,
)


@given(EDGES, SAME)
@settings(max_examples=40, deadline=None)
def test_components_are_what_union_find_gives(pairs: Pairs, same: list[tuple[int, int]]) -> None:
    assert connected(pairs, same) == union_find([*pairs, *((a, b, 99.0) for a, b in same)])


@given(EDGES)
@settings(max_examples=20, deadline=None)
def test_few_links_are_labelled_as_many_are(pairs: Pairs) -> None:
    labels = []
    with DuckDBEngine() as engine, pytest.MonkeyPatch.context() as patch:
        rows = ", ".join(f"({a}::bigint, {b}::bigint)" for a, b, _ in (*pairs, (1, 2, 0.0)))
        engine.run(
            f"create table pairs as select * from (values {rows}) t(record_no_l, record_no_r)"
        )
        for most in (components.FEW_LINKS, -1):
            patch.setattr(components, "FEW_LINKS", most)
            components.label_components(engine, "pairs", "labels")
            labels.append(engine.fetch("select * from labels order by record_no"))
    assert labels[0].equals(labels[1])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_chain_in_any_order_is_one_component(seed: int) -> None:
    numbers = list(range(1, 3001))
    random.Random(seed).shuffle(numbers)
    chain = [(min(a, b), max(a, b), 0.0) for a, b in itertools.pairwise(numbers)]
    assert set(connected(chain, largest=3000).values()) == {1}


def two_chains(size: int, second_weight: float = 10.0) -> Pairs:
    """Two chains of ``size`` records, joined by a link weaker than their own."""
    first = [(i, i + 1, 10.0) for i in range(1, size)]
    second = [(i, i + 1, second_weight) for i in range(size + 1, 2 * size)]
    return [*first, *second, (size, size + 1, 0.5)]


def test_a_giant_is_taken_apart_by_asking_more() -> None:
    size = LARGEST_COMPONENT
    components = connected(two_chains(size))
    assert set(components.values()) == {1, size + 1}
    assert len(components) == 2 * size


def test_a_person_of_very_many_records_stays_whole_as_far_as_there_is_room() -> None:
    most = LARGEST_COMPONENT * STRONG_ROOM
    for size, whole in ((LARGEST_COMPONENT + 100, True), (most, True), (most + 1, False)):
        chain = [(i, i + 1, STRONG_WEIGHT + 1.5) for i in range(1, size)]
        components = connected([*chain, (1, size + 1, 0.0)])
        assert components == {i: 1 if whole and i <= size else i for i in range(1, size + 2)}


def test_a_verdict_joins_components_after_a_giant_was_taken_apart() -> None:
    """What is too large is so by evidence: a verdict takes nothing apart, and nothing parts what it joins."""
    without = connected(two_chains(20, second_weight=4.0), largest=21)
    assert set(without.values()) == {1, 21}
    joined = connected(two_chains(20, second_weight=4.0), same=[(3, 30)], largest=21)
    assert joined == dict.fromkeys(range(1, 41), 1)


def test_what_verdicts_hold_together_may_be_large() -> None:
    same = [(i, i + 1) for i in range(1, 12)]
    components = connected([(1, 13, 0.0)], same, largest=5)
    assert components == dict.fromkeys(range(1, 14), 1)


def test_components_say_what_evidence_joins_without_verdicts() -> None:
    with DuckDBEngine() as engine:
        load(engine, [(1, 2, 5.0), (3, 4, 5.0), (7, 8, 5.0)])
        judge(engine, [(2, 3), (5, 6), (4, 6)])
        connect_records(engine)
        found = engine.fetch("select * from derived.components order by record_no").rows()
    judged = [(1, 1), (2, 1), (3, 3), (4, 3), (5, 5), (6, 6)]
    assert found == [*((no, 1, 1, evidence) for no, evidence in judged), (7, 7, 7, 7), (8, 7, 7, 7)]


def test_records_outside_the_chosen_ones_are_left_alone() -> None:
    with DuckDBEngine() as engine:
        load(engine, [(1, 2, 5.0), (2, 3, 5.0), (4, 5, 5.0)])
        judge(engine, [(5, 6)])
        engine.run("create table derived.touched as select unnest([4, 5, 6]) as record_no")
        connect_records(engine, "derived.connected", "derived.touched")
        found = engine.fetch(
            "select record_no, component_no from derived.connected order by record_no"
        ).rows()
        assert found == [(4, 4), (5, 4), (6, 4)]


def test_a_handful_of_records_takes_no_time() -> None:
    with DuckDBEngine() as engine:
        load(engine, [(i, i + 1, 5.0) for i in range(1, 10)])
        connect_records(engine)
        began = time.perf_counter()
        connect_records(engine)
        assert time.perf_counter() - began < 0.5


def test_pairs_inside_that_were_not_scored_are_listed() -> None:
    with DuckDBEngine() as engine:
        load(engine, [(1, 2, 5.0), (2, 3, 5.0), (4, 5, 5.0), (1, 4, -6.0)])
        connect_records(engine)
        assert list_inner_pairs(engine) == 1
        assert engine.fetch("select * from derived.inner_pairs").rows() == [(1, 3)]
