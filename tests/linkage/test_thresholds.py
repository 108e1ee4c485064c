"""The expected precision and recall of thresholds, against sums made by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.thresholds import THRESHOLDS, expect_quality


def expected(probabilities: list[float]) -> dict[float, dict[str, float | None]]:
    weights = [math.log2(p / (1 - p)) for p in probabilities]
    with DuckDBEngine() as engine:
        engine.run("create table scores (match_weight DOUBLE)")
        engine.write(
            "scores", pl.DataFrame({"match_weight": weights}, schema={"match_weight": pl.Float64})
        )
        return {row["threshold"]: row for row in expect_quality(engine, "scores")}


def test_precision_is_the_mean_above_and_recall_the_share_of_all() -> None:
    rows = expected([0.98, 0.92, 0.45, 0.02])
    assert list(rows) == list(THRESHOLDS)
    at_nine_tenths = rows[0.9]
    assert at_nine_tenths["pairs"] == 2
    assert at_nine_tenths["precision"] == pytest.approx(0.95)
    assert at_nine_tenths["recall"] == pytest.approx(1.90 / 2.37, abs=1e-4)
    assert at_nine_tenths["f1"] == pytest.approx(2 * 1.90 / (2 + 2.37), abs=1e-4)
    assert rows[0.26]["pairs"] == 3


def test_no_pairs_expect_nothing() -> None:
    rows = expected([])
    assert rows[0.5] == {
        "threshold": 0.5,
        "pairs": 0,
        "precision": None,
        "recall": None,
        "f1": None,
    }
