"""What training compares: vectors are counted apart for found pairs and for a sample as large as the data allow."""

from __future__ import annotations

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage import training_pairs
from omni_identity.linkage.vectors import VECTORS, count_vectors
from tests.linkage.frames import create_linkage_records
from tests.linkage.test_scoring import COMPARISONS

RECORDS = [
    {"first": "ann", "last": "lee", "email": ["ann.lee@x.com"]},
    {"first": "ann", "last": "lee", "email": ["ann.lee@x.com"]},
    {"first": "zoe", "last": "kim", "email": ["zoe.kim@y.com"]},
]


@pytest.mark.parametrize("memory", ["4GB", "100MB"])
def test_vectors_of_found_pairs_and_of_the_sample_are_counted_apart(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if memory == "100MB":  # two pairs at once, in parts
        monkeypatch.setattr(DuckDBEngine, "rows_at_once", 2)
    with DuckDBEngine(memory_limit=memory) as engine:
        create_linkage_records(engine, RECORDS)
        engine.run(
            "create table derived.compared as select * from"
            " (values (1, 2, 5), (1, 2, 0), (1, 3, 0), (2, 3, 0)) pairs (record_no_l, record_no_r, rules)"
        )
        compared = count_vectors(engine, COMPARISONS, "derived.compared")
        assert VECTORS not in engine.columns()
    weakest = [len(comparison.levels) - 1 for comparison in COMPARISONS]
    found, sample = compared.candidates, compared.sample
    assert compared.known is None
    assert found.levels.tolist() == [[0] * len(COMPARISONS)]
    assert found.counts.tolist() == [1]
    assert sample.levels.tolist() == [[0] * len(COMPARISONS), weakest]
    assert sample.counts.tolist() == [1, 2], "a pair that was drawn and found is in both"


def test_known_pairs_are_counted_apart_by_what_was_said_of_them() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS)
        engine.run(
            "create table derived.known_pairs as select * from (values"
            " (1, 2, 'same', 2.5), (1, 3, 'different', 1.0), (2, 3, 'different', 10.0))"
            " known (record_no_l, record_no_r, kind, stands_for)"
        )
        engine.run(
            "create table derived.compared as select * from"
            " (values (1, 2, -1), (1, 3, -1), (2, 3, -1), (2, 3, 0))"
            " pairs (record_no_l, record_no_r, rules)"
        )
        compared = count_vectors(engine, COMPARISONS, "derived.compared")
    assert compared.candidates.counts.tolist() == []
    assert compared.sample.counts.tolist() == [1]
    known = compared.known
    assert known is not None
    weakest = [len(comparison.levels) - 1 for comparison in COMPARISONS]
    assert known.levels.tolist() == [[0] * len(COMPARISONS), weakest]
    assert known.may_be.tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]
    assert (known.counts.tolist(), known.weights.tolist()) == ([1, 2], [2.5, 11])


@pytest.mark.parametrize(
    ("least", "most", "drawn"), [(10, 10_000, 1_200), (2_000, 10_000, 1_770), (10, 300, 300)]
)
def test_the_sample_grows_with_the_records_between_its_bounds(
    least: int, most: int, drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_pairs, "LEAST_SAMPLE", least)
    monkeypatch.setattr(training_pairs, "MOST_SAMPLE", most)
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [{"first": f"n{n}"} for n in range(60)])
        training_pairs.sample_pairs(engine, seed=3)
        pairs = engine.fetch("select * from derived.sample_pairs")
    # every pair where they are fewer than what is wanted; of those drawn some are drawn twice
    assert drawn * 0.6 < pairs.height <= drawn
    assert (pairs.height == 1_770) == (least == 2_000)
    assert pairs.unique().height == pairs.height
