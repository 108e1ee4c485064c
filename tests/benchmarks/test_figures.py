"""Errors against the truth are averages over what truth counts; what cannot be seen is wrong altogether."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.figures import errors


def test_errors_weigh_as_much_as_truth_counts() -> None:
    figures = pl.DataFrame(
        {
            "kpi": ["k", "k", "k"],
            "dimension": ["segment"] * 3,
            "period": ["total"] * 3,
            "member": ["one channel", "two channels", "three channels and more"],
            "truth": [0.5, 0.25, 0.0],
            "weight": [60.0, 30.0, 10.0],
            "customers": [0.45, 0.25, 0.0],
            "records": [1.0, None, 0.5],
        }
    )
    assert errors(figures).rows() == [
        ("k", "segment", "total", pytest.approx(0.06), pytest.approx(0.6 + 0.3 + 0.1))
    ]
