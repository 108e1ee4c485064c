"""Customers' diagnostics against brute force, and one worked family in the database."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.average_linkage import weakest_joins
from omni_identity.identity.confidence import (
    DIVIDED_BITS,
    FITTED,
    confidence_sql,
    pair_probability,
    pair_probability_sql,
)
from omni_identity.identity.customer_diagnostics import (
    JUDGED_WEIGHT,
    Standards,
    build_customer_diagnostics,
    weight_of_all,
)
from omni_identity.identity.strongest_links import count_bridges, span_strongest
from omni_identity.linkage.components import create_constraints
from tests.identity.test_component_cuts import score
from tests.linkage.plain_comparisons import BIRTH_DATE, FIRST

CUT = -1.0


@st.composite
def matrices(draw: st.DrawFn, most: int = 7) -> np.ndarray:
    n = draw(st.integers(2, most))
    matrix = np.zeros((n, n))
    for i, j in itertools.combinations(range(n), 2):
        weight = draw(st.sampled_from([-6.0, -4.0, -1.5, -1.0, 0.5, 3.0, 9.0, 20.0]))
        matrix[i, j] = matrix[j, i] = weight
    np.fill_diagonal(matrix, -np.inf)
    return matrix


def parts(n: int, edges: list[tuple[int, int]]) -> int:
    """How many connected components the edges leave of ``n`` nodes."""
    label = list(range(n))
    for a, b in edges:
        label = [label[a] if x == label[b] else x for x in label]
    return len(set(label))


@given(matrices())
@settings(max_examples=200, deadline=None)
def test_trees_and_bridges_are_what_brute_force_finds(weights: np.ndarray) -> None:
    n = len(weights)
    pairs = list(itertools.combinations(range(n), 2))
    trees = span_strongest(weights[None])
    # the weakest link of the strongest tree: the greatest threshold that keeps all nodes joined
    joined = [w for w in set(weights[np.triu_indices(n, 1)].tolist())
              if parts(n, [p for p in pairs if weights[p] >= w]) == 1]  # fmt: skip
    assert trees.links.min() == max(joined)
    spanned = list(zip(trees.nodes[0].tolist(), trees.parents[0].tolist(), strict=True))
    assert parts(n, spanned) == 1
    assert trees.links[0].tolist() == [weights[edge] for edge in spanned]
    links = [p for p in pairs if weights[p] >= CUT]
    bridges = [
        p for p in links if parts(n, [q for q in links if q != p]) > parts(n, links)
    ]  # fmt: skip
    assert count_bridges(weights[None], trees, CUT).tolist() == [len(bridges)]


@given(st.lists(matrices(4).filter(lambda m: len(m) == 4), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_graphs_measured_together_are_measured_as_they_are_alone(several: list[np.ndarray]) -> None:
    stacked = np.stack(several)
    together = count_bridges(stacked, span_strongest(stacked), CUT)
    alone = [count_bridges(m[None], span_strongest(m[None]), CUT)[0] for m in several]
    assert together.tolist() == alone


def test_the_weakest_join_is_the_last_average_that_held_less_what_two_groups_are_asked() -> None:
    weights = np.array([[[0, 6, 1, 0], [6, 0, 3, 2], [1, 3, 0, 5], [0, 2, 5, 0]]], dtype=float)
    alone = np.arange(4)[None]
    assert weakest_joins(weights, alone).tolist() == [score((1 + 0 + 3 + 2) / 4, 2, 2, 5.0)]
    assert weakest_joins(weights, np.array([[0, 0, 2, 0]])).tolist() == [(1 + 3 + 5) / 3]
    assert weakest_joins(weights, np.zeros((1, 4), dtype=np.int64)).tolist() == [math.inf]


def test_the_odds_that_all_links_hold() -> None:
    assert weight_of_all(np.array([[3.0]])) == pytest.approx([3.0])
    product = (8 / 9) * (2 / 3)
    assert weight_of_all(np.array([[3.0, 1.0]])) == pytest.approx(
        [math.log2(product / (1 - product))]
    )
    assert weight_of_all(np.array([[60.0, 20.0]])) == pytest.approx([20.0], abs=1e-3)


BY_NAME = Standards((FIRST,), CUT)


@pytest.fixture
def family() -> Iterator[DuckDBEngine]:
    """Records 1 to 4 are Ann (4 by a verdict), 5 and 6 her brother, 7 is alone, all of one component but 7."""
    with DuckDBEngine() as engine:
        engine.run("create schema if not exists derived")
        golden = {1: "A", 2: "A", 3: "A", 4: "A", 5: "B", 6: "B", 7: "C"}
        customers = [(no, "web", f"r{no}", golden_id) for no, golden_id in golden.items()]
        load(engine, "customers", customers, "record_no channel source_record_id golden_id")
        load(engine, "components", [(no, 1) for no in range(1, 7)], "record_no component_no")
        strong = {(1, 2): 12.0, (2, 3): 5.0, (1, 3): -7.0, (5, 6): 3.0, (3, 5): 2.0, (1, 4): -2.0}
        different = {(1, 3): 6, (3, 5): 6}
        pairs = [
            (a, b, strong.get((a, b), -5.0 if b > 4 else -3.0), different.get((a, b), 0), -1)
            for a, b in itertools.combinations(range(1, 7), 2)
        ]
        load(
            engine,
            "scored_pairs",
            pairs,
            "record_no_l record_no_r match_weight level_first_name level_birth_date",
        )
        create_constraints(engine)
        engine.run(
            "insert into derived.constraints values (1, 4, 'same'), (2, 3, 'same'), (1, 5, 'different')"
        )
        load(engine, "broken_verdicts", [(2, 3, "card")], "record_no_l record_no_r identifier")
        yield engine


def load(
    engine: DuckDBEngine, table: str, rows: Sequence[tuple[object, ...]], columns: str
) -> None:
    frame = pl.DataFrame(rows, schema=columns.split(), orient="row")
    kinds = {pl.Int64: "BIGINT", pl.String: "VARCHAR", pl.Float64: "DOUBLE"}
    declared = ", ".join(f"{name} {kinds[type(t)]}" for name, t in frame.schema.items())
    engine.run(f"create or replace table derived.{table} ({declared})")
    engine.write(f"derived.{table}", frame)


def test_a_family_is_measured(family: DuckDBEngine) -> None:
    assert build_customer_diagnostics(family, Standards((FIRST, BIRTH_DATE), CUT)) == 2
    rows = family.fetch("select * from derived.customer_diagnostics order by golden_id").to_dicts()
    ann, brother = rows
    assert (ann["golden_id"], ann["record_count"], ann["nearest_golden_id"]) == ("A", 4, "B")
    assert (brother["golden_id"], brother["nearest_golden_id"]) == ("B", "A")
    assert ann["weakest_link"] == 5.0
    assert ann["bridge_count"] == 3, "1-2, 2-3 and the verdict 1-4 are all there is above the cut"
    assert ann["contradiction_count"] == 1, "1 and 3 differ in the given name and weigh below -4"
    assert brother["contradiction_count"] == 0
    # bounded: 1-2 8, 2-3 5, 1-3 -4, 1-4 -2, and 2-4 and 3-4 -3 each
    assert ann["mean_match_weight"] == pytest.approx((8 + 5 - 4 - 2 - 3 - 3) / 6)
    assert ann["chain_weight"] == pytest.approx(5.0, abs=0.02)
    # 1 and 4 are one by the verdict, 2 and 3 join each other with 5, then both pairs
    assert ann["cohesion_weight"] == (8 - 4 - 3 - 3) / 4
    assert ann["nearest_match_weight"] == pytest.approx((7 * -4 + 2) / 8)
    assert (brother["weakest_link"], brother["cohesion_weight"]) == (3.0, 3.0)


def test_only_the_chosen_customers_are_measured(family: DuckDBEngine) -> None:
    build_customer_diagnostics(family, BY_NAME)
    every = family.fetch("select * from derived.customer_diagnostics where golden_id = 'B'")
    family.run(
        "create table derived.touched as select * from derived.customers where golden_id = 'B'"
    )
    assert build_customer_diagnostics(family, BY_NAME, "derived.some", "derived.touched") == 1
    assert family.fetch("select * from derived.some").equals(every)


def test_a_verdict_makes_a_customer_surer(family: DuckDBEngine) -> None:
    query = f"select {confidence_sql()} as p, weakest_link from derived.customer_diagnostics where golden_id = 'B'"
    build_customer_diagnostics(family, BY_NAME)
    before = family.fetch(query).row(0)
    family.run("insert into derived.constraints values (5, 6, 'same')")
    build_customer_diagnostics(family, BY_NAME)
    after = family.fetch(query).row(0)
    assert after[0] > before[0]
    assert after[1] == JUDGED_WEIGHT


WEIGHTS = st.floats(-40, 60, allow_nan=False)


@given(
    WEIGHTS, WEIGHTS, st.one_of(st.none(), st.floats(-4, 8)), st.floats(0, 6), st.floats(0.01, 20)
)
@settings(max_examples=200)
def test_confidence_only_rises_with_what_speaks_for_one_person(
    chain: float, cohesion: float, nearest: float | None, surplus: float, more: float
) -> None:
    p = FITTED.confidence(chain, cohesion, nearest, surplus)
    assert 0 < p < 1
    assert FITTED.confidence(chain + more, cohesion, nearest, surplus) >= p
    assert FITTED.confidence(chain, cohesion + more, nearest, surplus) >= p
    assert FITTED.confidence(chain, cohesion, None, surplus) >= p
    assert FITTED.confidence(chain, cohesion, nearest, surplus + more) <= p


@given(WEIGHTS, st.floats(0, 1), st.floats(0.01, 20))
def test_a_pair_is_at_least_as_sure_as_its_customer_and_surer_with_more_evidence(
    weight: float, confidence: float, more: float
) -> None:
    p = pair_probability(weight, confidence)
    assert confidence - 1e-12 <= p <= 1
    assert pair_probability(weight + more, confidence) >= p
    assert pair_probability(weight, min(1.0, confidence + more)) >= p
    alone = 1 / (1 + 2.0 ** (DIVIDED_BITS - weight))
    assert pair_probability(weight, 0.0) == pytest.approx(alone)


@pytest.mark.parametrize("confidence", [None, 0.25, 1.0])
def test_the_sql_of_a_pairs_probability_is_the_function(confidence: float | None) -> None:
    with DuckDBEngine() as engine:
        sql = f"select {pair_probability_sql('2.5::double', '$confidence::double')} as p"
        found = engine.fetch(sql, {"confidence": confidence})["p"][0]
    assert found == pytest.approx(pair_probability(2.5, confidence or 0.0))


def test_a_customer_of_more_records_than_people_have_says_so(family: DuckDBEngine) -> None:
    """Equal records count once: they are one row delivered again."""
    query = "select size_surplus from derived.customer_diagnostics order by golden_id"
    for usual, surplus in ((None, 0.0), (8.0, 0.0), (2.0, 1.0)):
        build_customer_diagnostics(family, Standards((FIRST,), CUT, usual))
        assert family.fetch(query)["size_surplus"].to_list() == [surplus, 0.0]
    family.run("insert into derived.equal_records values (1, 'x', 1), (2, 'x', 1)")
    build_customer_diagnostics(family, Standards((FIRST,), CUT, 2.0))
    assert family.fetch(query)["size_surplus"].to_list() == [round(math.log2(3 / 2), 6), 0.0]


@pytest.mark.parametrize("nearest", [None, -1.5])
def test_the_sql_of_confidence_is_the_function(nearest: float | None) -> None:
    with DuckDBEngine() as engine:
        found = engine.fetch(
            f"select {confidence_sql()} as p from (select 2.5 as chain_weight, 9.0 as cohesion_weight,"
            " $nearest::double as nearest_match_weight, 0.5 as size_surplus)",
            {"nearest": nearest},
        )["p"][0]
    assert found == pytest.approx(FITTED.confidence(2.5, 9.0, nearest, 0.5))
