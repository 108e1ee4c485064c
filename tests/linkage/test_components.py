"""Connected components against a union-find, and the taking apart of one that grew too large."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.components import (
    LARGEST_COMPONENT,
    SEED_WEIGHT,
    connect_records,
    list_inner_pairs,
)


def connected(pairs: list[tuple[int, int, float]]) -> dict[int, int]:
    with DuckDBEngine() as engine:
        load(engine, pairs)
        connect_records(engine)
        return dict(
            engine.fetch("select record_no, component_no from derived.components").iter_rows()
        )


def load(engine: DuckDBEngine, pairs: list[tuple[int, int, float]]) -> None:
    engine.run("create schema if not exists derived")
    engine.run(
        "create or replace table derived.scored_pairs"
        " (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE)"
    )
    columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "match_weight": pl.Float64}
    engine.write("derived.scored_pairs", pl.DataFrame(pairs, schema=columns, orient="row"))


def union_find(pairs: list[tuple[int, int, float]]) -> dict[int, int]:
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


@given(EDGES)
@settings(max_examples=25, deadline=None)
def test_components_are_what_union_find_gives(pairs: list[tuple[int, int, float]]) -> None:
    assert connected(pairs) == union_find(pairs)


def test_a_giant_is_taken_apart_by_asking_more() -> None:
    size = LARGEST_COMPONENT
    chain = [(i, i + 1, 10.0) for i in range(1, size)]
    other = [(i, i + 1, 10.0) for i in range(size + 1, 2 * size)]
    components = connected([*chain, *other, (size, size + 1, 0.5)])
    assert set(components.values()) == {1, size + 1}
    assert len(components) == 2 * size


def test_pairs_inside_that_were_not_scored_are_listed() -> None:
    with DuckDBEngine() as engine:
        load(engine, [(1, 2, 5.0), (2, 3, 5.0), (4, 5, 5.0), (1, 4, -6.0)])
        connect_records(engine)
        assert list_inner_pairs(engine) == 1
        assert engine.fetch("select * from derived.inner_pairs").rows() == [(1, 3)]
