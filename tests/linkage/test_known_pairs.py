"""Pairs that somebody has judged: which take part in training, and how many each stands for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.known_pairs import (
    KNOWN_PAIRS,
    add_labelled_pairs,
    list_known_pairs,
    weigh_known_pairs,
)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    """A warehouse of ten records with three verdicts in force, beside the home that stewards were asked in.

    Of its pairs between two customers forty weigh 2.x and four 5.x; of those in one customer, a hundred 5.x and one 9.
    """
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run("create table derived.linkage_records as from range(10) r (record_no)")
        engine.run(
            "create table derived.source_records as"
            " select record_no, 'web' as channel, 'w' || record_no as source_record_id from range(10) r (record_no)"
        )
        engine.run(
            "create table derived.verdict_entries as select * from (values"
            " (2, 1, 'same', 'active'), (1, 3, 'household', 'active'), (4, 5, 'different', 'active'),"
            " (6, 7, 'same', 'superseded'), (1, 99, 'same', 'active'), (8, 9, 'withdrawn', 'withdrawal'))"
            " entries (record_no_l, record_no_r, judgement, state)"
        )
        engine.run("attach ':memory:' as home")
        engine.run("create schema home.derived")
        engine.run(
            "create table home.derived.scored_pairs as"
            " select 1 as record_no_l, 2 as record_no_r, 2.5 as match_weight"
            " union all select 1, 3, 5.5"
            " union all select 100 + i, 200 + i, 2.25 from range(39) r (i)"
            " union all select 300 + i, 400 + i, 5.25 from range(3) r (i)"
            " union all select 500 + i, 600 + i, 5.75 from range(100) r (i)"
            " union all select 6, 7, 9.0"
        )
        engine.run(
            "create table home.derived.customers as select i as record_no,"
            " case when i >= 500 then 'g' || i % 100 when i in (6, 7) then 'g6' else 'r' || i end as golden_id"
            " from range(700) r (i)"
        )
        yield engine


def pairs(engine: DuckDBEngine) -> list[tuple[object, ...]]:
    return engine.fetch(f"select * from {KNOWN_PAIRS} order by all").rows()


def test_verdicts_in_force_on_current_records_are_known_pairs(engine: DuckDBEngine) -> None:
    list_known_pairs(engine)
    assert pairs(engine) == [
        (1, 2, "same", 1.0),
        (1, 3, "household", 1.0),
        (4, 5, "different", 1.0),
    ]


def test_a_pair_stands_for_as_many_as_were_to_be_asked_about_but_never_for_too_many(
    engine: DuckDBEngine,
) -> None:
    list_known_pairs(engine)
    weigh_known_pairs(engine)
    # one of forty, capped; one of four; one that was never scored
    assert [row[3] for row in pairs(engine)] == [10.0, 4.0, 1.0]


def test_labels_add_the_scored_pairs_that_have_no_verdict(engine: DuckDBEngine) -> None:
    list_known_pairs(engine)
    engine.run(
        "create temp table labels as select * from (values ('web', 'w1', 'a'), ('web', 'w2', 'b'),"
        " ('web', 'w6', 'c'), ('web', 'w7', 'c'), ('till', 'w3', 'a')) l (channel, source_record_id, entity)"
    )
    add_labelled_pairs(engine)
    assert pairs(engine) == [
        (1, 2, "same", 1.0),
        (1, 3, "household", 1.0),
        (4, 5, "different", 1.0),
        (6, 7, "same", 1.0),
    ]


def test_what_is_listed_already_stays(engine: DuckDBEngine) -> None:
    engine.run(f"create table {KNOWN_PAIRS} as select 1 as record_no_l")
    list_known_pairs(engine)
    assert pairs(engine) == [(1,)]
