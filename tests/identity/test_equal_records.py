"""However many equal records there are, they are one: they never split a customer, nor make one of strangers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.clustering import Cut, cluster_components
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import BlockingRule, possible_rules, rules_named
from omni_identity.linkage.components import connect_records, create_constraints
from omni_identity.linkage.equal_records import update_equal_records
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.pinned_model import lent_frequencies
from omni_identity.linkage.scored_pairs import score_inner_pairs, update_candidate_scores
from omni_identity.linkage.training_pairs import TRAINING_SCORES
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records
from tests.linkage.test_pinned_model import train

CUT = -1.3
RULES = possible_rules(Vocabulary())

ANN = {
    "first": "ann",
    "last": "abernathy",
    "birth_date": "1980-01-02",
    "postcode": "10001",
    "email": ["ann.abernathy@example.com"],
}
WORLD: list[dict[str, Any]] = [
    ANN,
    ANN | {"first": "anne"},
    ANN | {"birth_date": "1980-01-20"},
    {k: v for k, v in ANN.items() if k != "email"},
    {"first": "ann", "last": "abernathy"},
    ANN | {"first": "bert", "birth_date": "1978-07-01"},
    ANN | {"last": "castellano", "email": ["ann.c@example.com"]},
    {"first": "zoe", "last": "quill", "postcode": "10001", "email": ["zoe@example.com"]},
    {"first": "zoe", "email": ["zoe@example.com", "ann.abernathy@example.com"]},
    {"first": "ann"},
]
"""One person with slips, one of her household, a namesake, who got married, and a bridge between two people."""


@dataclass
class Linkage:
    """A trained model, and what clusters small worlds by it."""

    engine: DuckDBEngine
    models: Path
    model: LinkageModel

    def customers(
        self,
        records: list[dict[str, Any]],
        copies: list[int],
        rules: tuple[BlockingRule, ...] = RULES,
        unique: tuple[str, ...] = (),
    ) -> list[list[int]]:
        """For each record's copies, the customer (by the first record in it) that each one is in."""
        engine = self.engine
        for table in ("equal_records", "block_keys", "scored_pairs", "constraints"):
            engine.run(f"drop table if exists derived.{table}")
        create_linkage_records(engine, records)
        numbers = ", ".join(f"({i}, {n})" for i, n in enumerate(copies, 1))
        engine.run(
            "insert into derived.linkage_records"
            " select r.* replace (1000 * r.record_no + copy as record_no)"
            f" from derived.linkage_records r join (values {numbers}) counts (i, n) on i = r.record_no,"
            " unnest(range(1, n)) copies (copy)"
        )
        engine.run(
            "create or replace table derived.source_records as"
            " select record_no, 'web' as channel, record_no::varchar as source_record_id, loyalty_id"
            " from derived.linkage_records"
        )
        create_constraints(engine)
        update_equal_records(engine, "derived.linkage_records", unique)
        block_records(engine, rules)
        with lent_frequencies(engine, self.models, self.model):
            update_candidate_scores(engine, self.model)
            connect_records(engine)
            score_inner_pairs(engine, self.model)
        cluster_components(engine, Cut(CUT), unique)
        found = engine.fetch(
            "select record_no, min(record_no) over (partition by cluster_no) as customer"
            " from derived.clusters order by record_no"
        )
        customers: list[list[int]] = [[] for _ in records]
        for number, customer in found.iter_rows():
            customers[(number if number < 1000 else number // 1000) - 1].append(customer)
        return customers


@pytest.fixture(scope="module")
def linkage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linkage]:
    models = tmp_path_factory.mktemp("home") / "models"
    with DuckDBEngine() as engine:
        model = train(models, engine).model
        engine.run(f"drop table {TRAINING_SCORES}")
        yield Linkage(engine, models, model)


@given(st.lists(st.integers(1, 300), min_size=len(WORLD), max_size=len(WORLD)))
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_more_copies_of_a_record_never_split_a_customer(
    linkage: Linkage, copies: list[int]
) -> None:
    single = [customers[0] for customers in linkage.customers(WORLD, [1] * len(WORLD))]
    several = linkage.customers(WORLD, copies)
    assert [customers[0] for customers in several] == single
    alone = {c for c in single if single.count(c) == 1}
    for first, customers, count in zip(single, several, copies, strict=True):
        assert len(customers) == count
        if first not in alone:
            assert set(customers) == {first}
    # the world has both, people of several records and people of one
    assert 1 < len(set(single)) < len(WORLD)


def test_nothing_but_a_first_name_makes_no_equal_records_one_person(linkage: Linkage) -> None:
    customers = linkage.customers([{"first": "ann"}, ANN], [30, 30])
    assert len(set(customers[0])) == 30
    assert set(customers[1]) == {2}


def test_a_guest_with_many_rows_is_one_customer_and_so_is_the_one_with_a_slip(
    linkage: Linkage,
) -> None:
    guest = {"first": "gus", "last": "often", "email": ["gus@example.com"]}
    customers = linkage.customers([guest, guest | {"last": "oftten"}], [700, 40])
    assert {c for some in customers for c in some} == {1}
    pairs = linkage.engine.fetch("select count(*) as n from derived.scored_pairs")["n"][0]
    assert pairs == 699 + 39 + 1


def test_more_records_than_a_key_may_have_are_still_compared(linkage: Linkage) -> None:
    members = [
        {"first": "may", "last": "card", "loyalty_id": ["L1"], "postcode": f"{n:05}"}
        for n in range(230)
    ]
    rules = rules_named(Vocabulary(), ("loyalty_id",))
    customers = linkage.customers(members, [1] * 230, rules, ("loyalty_id",))
    assert {c for some in customers for c in some} == {1}


def test_values_that_make_unique_identifiers_differ_make_records_unequal(linkage: Linkage) -> None:
    engine = linkage.engine
    create_linkage_records(engine, [ANN, ANN, ANN])
    engine.run("drop table derived.equal_records")
    engine.run(
        "create or replace table derived.source_records as select * from"
        " (values (1, ['A', 'B']), (2, ['C']), (3, ['B', 'A'])) records (record_no, loyalty_id)"
    )
    update_equal_records(engine, "derived.linkage_records", ("loyalty_id",))
    representatives = "select record_no, representative_no from derived.equal_records order by 1"
    assert engine.fetch(representatives).rows() == [(1, 1), (2, 2), (3, 1)]


def test_a_record_that_was_judged_stands_for_itself_until_the_verdict_is_withdrawn(
    linkage: Linkage,
) -> None:
    engine = linkage.engine
    create_linkage_records(engine, [ANN, ANN, ANN, {}, {}])
    engine.run("drop table derived.equal_records")
    nothing = "(select 1 as record_no limit 0)"
    representatives = "select record_no, representative_no from derived.equal_records order by 1"
    reassigned = "select record_no from reassigned_records order by 1"
    update_equal_records(engine, "derived.linkage_records")
    assert engine.fetch(representatives).rows() == [(1, 1), (2, 1), (3, 1), (4, 4), (5, 5)]
    engine.run("delete from derived.constraints")
    engine.run("insert into derived.constraints values (1, 4, 'different')")
    update_equal_records(engine, nothing)
    assert engine.fetch(representatives).rows() == [(1, 1), (2, 2), (3, 2), (4, 4), (5, 5)]
    assert engine.fetch(reassigned)["record_no"].to_list() == [2, 3]
    engine.run("delete from derived.constraints")
    update_equal_records(engine, nothing)
    assert engine.fetch(representatives).rows() == [(1, 1), (2, 1), (3, 1), (4, 4), (5, 5)]
    engine.run("delete from derived.linkage_records where record_no = 1")
    update_equal_records(engine, "(select 1 as record_no)")
    assert engine.fetch(representatives).rows() == [(2, 2), (3, 2), (4, 4), (5, 5)]
    assert engine.fetch(reassigned)["record_no"].to_list() == [1, 2, 3]
