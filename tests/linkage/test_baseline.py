"""What is kept of the data beside a model, and how far other data is from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.baseline import (
    BASELINE,
    divergence,
    measure_baseline,
    read_baseline,
)
from tests.linkage.plain_comparisons import BIRTH_DATE, GENDER

counts = st.lists(st.integers(0, 10_000), min_size=3, max_size=3)


@given(counts, counts)
def test_divergence_is_symmetric_between_0_and_1(one: list[int], other: list[int]) -> None:
    there, back = divergence(one, other), divergence(other, one)
    if sum(one) and sum(other):
        assert there is not None
        assert there == pytest.approx(back)
        assert 0 <= there <= 1 + 1e-12
    else:
        assert there is None


@given(counts.filter(any), st.integers(1, 1000))
def test_more_of_the_same_is_no_drift(one: list[int], times: int) -> None:
    assert divergence(one, [count * times for count in one]) == pytest.approx(0, abs=1e-9)


def test_nothing_in_common_is_1_and_a_known_one_is_as_published() -> None:
    assert divergence([5, 0, 0], [0, 1, 9]) == pytest.approx(1)
    # half of it moved away: 1 - H(3/4, 1/4) + 1/2 H(1/2, 1/2), written out
    assert divergence([1, 0], [1, 1]) == pytest.approx(0.311278, abs=1e-6)


@pytest.fixture
def engine() -> DuckDBEngine:
    engine = DuckDBEngine()
    engine.run("create schema derived")
    engine.run(
        "create table derived.linkage_records as select * from (values"
        " (1, '1980-01-01', 'f', ['a']), (2, '1980-01-01', null, null), (3, null, null, ['b'])"
        ") r (record_no, birth_date, gender, email)"
    )
    engine.run(
        "create table derived.candidate_vectors as select * from (values"
        " (1, 2, 0::tinyint, -1::tinyint), (1, 3, -1::tinyint, -1::tinyint)"
        ") v (record_no_l, record_no_r, level_birth_date, level_gender)"
    )
    return engine


def test_a_baseline_counts_what_is_filled_and_compared(engine: DuckDBEngine) -> None:
    baseline = measure_baseline(engine, (BIRTH_DATE, GENDER), "derived.candidate_vectors")
    assert (baseline.record_count, baseline.pair_count) == (3, 2)
    assert baseline.level_counts == {"birth_date": (1, 0, 0, 0), "gender": (0, 0)}
    assert baseline.filled_share("email") == pytest.approx(2 / 3)
    assert baseline.filled_share("gender") == pytest.approx(1 / 3)
    assert baseline.filled_share("shoe_size") is None


def test_a_baseline_is_read_back_and_an_older_model_has_none(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    baseline = measure_baseline(engine, (BIRTH_DATE, GENDER), "derived.candidate_vectors")
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"records": 3, BASELINE: baseline.as_dict()}), encoding="utf-8")
    assert read_baseline(tmp_path) == baseline
    report.write_text(json.dumps({"records": 3}), encoding="utf-8")
    assert read_baseline(tmp_path) is None
