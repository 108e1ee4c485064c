"""The expected precision and recall of thresholds, against sums made by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.model import DEFAULT_MATCH_PROBABILITY
from omni_identity.linkage.thresholds import (
    BETA,
    CLUSTERING_BITS,
    THRESHOLDS,
    choose_threshold,
    expect_quality,
)


def scored(engine: DuckDBEngine, weights: list[float]) -> str:
    engine.run("create table scores (match_weight DOUBLE)")
    engine.write(
        "scores", pl.DataFrame({"match_weight": weights}, schema={"match_weight": pl.Float64})
    )
    return "scores"


def weights_of(chances: list[float]) -> list[float]:
    """Weights of pairs with such chances once clustering has seen all else."""
    return [math.log2(p / (1 - p)) - CLUSTERING_BITS for p in chances]


def expected(chances: list[float]) -> dict[float, dict[str, float | None]]:
    with DuckDBEngine() as engine:
        rows = expect_quality(engine, scored(engine, weights_of(chances)))
    return {row["threshold"]: row for row in rows}


def chosen(chances: list[float]) -> float:
    with DuckDBEngine() as engine:
        return choose_threshold(engine, scored(engine, weights_of(chances)))


def test_precision_is_the_mean_above_and_recall_the_share_of_all() -> None:
    rows = expected([0.98, 0.92, 0.45, 0.02])
    assert list(rows) == list(THRESHOLDS)
    at_six_tenths = rows[0.6]
    assert at_six_tenths["pairs"] == 2, "2.1 bits less than 0.98 and 0.92 are 0.92 and 0.73"
    assert at_six_tenths["precision"] == pytest.approx(0.95)
    assert at_six_tenths["recall"] == pytest.approx(1.90 / 2.37, abs=1e-4)
    assert at_six_tenths["f1"] == pytest.approx(2 * 1.90 / (2 + 2.37), abs=1e-4)
    assert rows[0.15]["pairs"] == 3


def test_no_pairs_expect_nothing() -> None:
    rows = expected([])
    assert rows[0.5] == {
        "threshold": 0.5,
        "pairs": 0,
        "precision": None,
        "recall": None,
        "f1": None,
    }


def test_below_the_threshold_a_link_lowers_the_expected_measure_and_above_it_raises_it() -> None:
    chances = [0.99] * 200 + [0.9] * 100 + [0.62] * 50 + [0.45] * 50 + [0.05] * 400
    probability = chosen(chances)
    least = 2 ** (math.log2(probability / (1 - probability)) + CLUSTERING_BITS)
    least = least / (1 + least)
    linked = [p for p in chances if p >= least]

    def measure(pairs: list[float]) -> float:
        return (1 + BETA**2) * sum(pairs) / (BETA**2 * sum(chances) + len(pairs))

    assert 0.45 < least < 0.62
    assert measure([*linked, least - 0.02]) < measure(linked) < measure([*linked, least + 0.02])


def test_doubtful_pairs_lower_it_and_the_order_of_rows_does_not_matter() -> None:
    clear, doubtful = [0.999] * 500, [0.3 + n / 1000 for n in range(200)]
    many = clear + doubtful * 4
    assert chosen(many) == chosen(many[::-1])
    assert chosen(many) < chosen(clear) < 0.3


def test_few_matches_leave_the_default() -> None:
    assert chosen([0.999] * 20 + [0.01] * 50) == DEFAULT_MATCH_PROBABILITY
    assert chosen([]) == DEFAULT_MATCH_PROBABILITY
