"""The strongest chain against brute force, and what parts two customers, on tables made by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.counted_weights import GREATEST_WEIGHT, LEAST_WEIGHT
from omni_identity.linkage.explanation import ValuePair, compare_values
from omni_identity.model.attributes import Vocabulary
from omni_identity.stewardship.explanation import (
    Conflict,
    Member,
    find_chain,
    find_separation,
    strongest_chain,
)

UNIQUE = Vocabulary(unique_identifiers=("loyalty_id",))

Weights = dict[tuple[int, int], float]


@st.composite
def graphs(draw: st.DrawFn) -> Weights:
    nodes = draw(st.integers(2, 6))
    weight = st.one_of(st.none(), st.sampled_from([-4.0, -1.0, 0.0, 2.0, 7.5]))
    drawn = {pair: draw(weight) for pair in itertools.combinations(range(nodes), 2)}
    return {pair: value for pair, value in drawn.items() if value is not None}


def weakest(weights: Weights, path: tuple[int, ...]) -> float | None:
    """The weakest link of a path; None if a link of it does not exist."""
    links = [weights.get((min(a, b), max(a, b))) for a, b in itertools.pairwise(path)]
    present = [link for link in links if link is not None]
    return min(present) if len(present) == len(links) else None


@given(graphs())
def test_the_chain_is_the_strongest_and_then_the_shortest_of_all(weights: Weights) -> None:
    others = {node for pair in weights for node in pair} - {0, 1}
    paths = [
        (0, *between, 1)
        for length in range(len(others) + 1)
        for between in itertools.permutations(sorted(others), length)
    ]
    possible = [(w, -len(path)) for path in paths if (w := weakest(weights, path)) is not None]
    chain = strongest_chain(weights, 0, 1)
    if not possible:
        assert chain == ()
        return
    assert (chain[0], chain[-1]) == (0, 1)
    assert (weakest(weights, chain), -len(chain)) == max(possible)


def test_equal_chains_are_decided_by_strength_and_then_by_number() -> None:
    square = {(0, 2): 5.0, (1, 2): 5.0, (0, 3): 5.0, (1, 3): 5.0}
    assert strongest_chain(square, 0, 1) == (0, 2, 1)
    assert strongest_chain(square | {(0, 3): 6.0}, 0, 1) == (0, 3, 1)


@pytest.fixture
def engine() -> DuckDBEngine:
    """Customers G1 (records 1, 2) and G2 (records 3, 4) of one component, G3 (record 5) of none."""
    engine = DuckDBEngine()
    for sql in (
        "create schema derived",
        "create table derived.customers as select * from (values (1, 'web', 'a', 'G1'),"
        " (2, 'web', 'b', 'G1'), (3, 'till', 'c', 'G2'), (4, 'till', 'd', 'G2'),"
        " (5, 'till', 'e', 'G3')) t(record_no, channel, source_record_id, golden_id)",
        "create table derived.source_records as"
        " select record_no, channel, source_record_id, null::varchar[] as loyalty_id"
        " from derived.customers",
        "create table derived.components as"
        " select record_no, 1 as component_no from derived.customers where record_no < 5",
        "create table derived.equal_records as select record_no, '' as fingerprint,"
        " record_no as representative_no from derived.customers",
        "create table derived.scored_pairs as select * from (values (1, 2, 9.0::double), (1, 3, 20.0),"
        " (1, 4, -9.0), (2, 3, -3.0), (3, 4, 1.0)) t(record_no_l, record_no_r, match_weight)",
    ):
        engine.run(sql)
    return engine


A, B = Member(1, "web:a", "G1"), Member(2, "web:b", "G1")
C, D = Member(3, "till:c", "G2"), Member(4, "till:d", "G2")
E = Member(5, "till:e", "G3")


def test_the_average_between_two_customers_is_that_of_clustering(engine: DuckDBEngine) -> None:
    separation = find_separation(engine, A, C, UNIQUE)
    # 1-3 is bounded above, 1-4 below, 2-4 has no score
    expected = (GREATEST_WEIGHT + LEAST_WEIGHT - 3.0 + LEAST_WEIGHT) / 4
    assert separation.average_weight == pytest.approx(expected)
    assert separation.pair_count == 4
    assert separation.conflicts == ()


def test_equal_records_count_once_between_two_customers(engine: DuckDBEngine) -> None:
    # 4 is equal to 3, and 2 to 1: what represents them has the only score of the four pairs
    for copy, first in ((2, 1), (4, 3)):
        engine.run(
            "update derived.equal_records set representative_no = $first where record_no = $copy",
            {"first": first, "copy": copy},
        )
    separation = find_separation(engine, B, D, UNIQUE)
    assert (separation.average_weight, separation.pair_count) == (GREATEST_WEIGHT, 1)
    # 3 is equal to 1 too, but of another customer: their own pair is scored
    engine.run("update derived.equal_records set representative_no = 1")
    separation = find_separation(engine, B, D, UNIQUE)
    assert (separation.average_weight, separation.pair_count) == (GREATEST_WEIGHT, 1)


def test_customers_of_no_common_component_were_never_weighed(engine: DuckDBEngine) -> None:
    separation = find_separation(engine, A, E, UNIQUE)
    assert (separation.average_weight, separation.pair_count) == (None, 2)


def test_two_values_of_a_unique_identifier_are_named_the_asked_records_first(
    engine: DuckDBEngine,
) -> None:
    for number, cards in ((1, ["L1"]), (2, ["L2"]), (3, ["L1", "L9"]), (4, ["L4"])):
        engine.run(
            "update derived.source_records set loyalty_id = $cards where record_no = $number",
            {"cards": cards, "number": number},
        )
    conflicts = find_separation(engine, B, D, UNIQUE).conflicts
    assert conflicts[0] == Conflict("loyalty_id", "web:b", ("L2",), "till:d", ("L4",))
    assert {(c.record_l, c.record_r) for c in conflicts} == {
        ("web:b", "till:d"),
        ("web:b", "till:c"),
        ("web:a", "till:d"),
    }
    assert find_separation(engine, B, D, Vocabulary()).conflicts == ()


def test_a_chain_stays_inside_its_customer(engine: DuckDBEngine) -> None:
    engine.run("update derived.customers set golden_id = 'G1' where record_no = 3")
    moved = Member(3, "till:c", "G1")
    chain = find_chain(engine, moved, B)
    assert [(link.record_l, link.record_r) for link in chain] == [
        ("till:c", "web:a"),
        ("web:a", "web:b"),
    ]
    assert [link.match_weight for link in chain] == [20.0, 9.0]
    assert chain[1].match_probability == pytest.approx(1 / (1 + 2**-9))
    assert find_chain(engine, moved, D) == ()


def test_values_agree_as_written_as_compared_or_in_part() -> None:
    engine = DuckDBEngine()
    engine.run("create schema derived")
    engine.run(
        """
        create table derived.source_records as select * from (values
            (1, 'Ann', 'ann', 'LEE', 'lee', date '1980-02-01', 'Rome', 'rome',
                ['a@x.com', 'b@x.com'], ['a@x.com', 'b@x.com'], ['+1']),
            (2, 'Ann', 'ann', 'Lee', 'lee', date '1981-02-01', null, null,
                ['b@x.com'], ['b@x.com'], ['+2'])
        ) t(record_no, first_name, first_name_key, last_name, last_name_key, birth_date, city,
            city_key, email, email_key, phone)
        """
    )
    assert compare_values(engine, (1, 2), Vocabulary(identifiers=("email", "phone"))) == (
        ValuePair("first_name", "Ann", "Ann", "equal"),
        ValuePair("last_name", "LEE", "Lee", "alike"),
        ValuePair("birth_date", "1980-02-01", "1981-02-01", "different"),
        ValuePair("city", "Rome", None, "one side"),
        ValuePair("email", ("a@x.com", "b@x.com"), ("b@x.com",), "shared"),
        ValuePair("phone", ("+1",), ("+2",), "different"),
    )
