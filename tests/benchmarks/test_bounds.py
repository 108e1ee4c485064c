"""The best that could be made of pairs: at the best of several cuts, and with the truth to learn from."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.bounds import best_cut, teach
from omni_identity.identity.average_linkage import NO_MOST


def test_the_cut_is_the_best_and_what_is_forbidden_stays_apart() -> None:
    records = pl.DataFrame(
        {
            "channel": ["web"] * 4,
            "source_record_id": ["1", "2", "3", "4"],
            "record_no": [1, 2, 3, 4],
            "node": [1, 2, 3, 4],
            "component_no": [1, 1, 1, None],
        }
    )
    truth = records.select("channel", "source_record_id").with_columns(
        entity=pl.Series(["a", "a", "b", "c"])
    )
    pairs = pl.DataFrame(
        {
            "component_no": [1, 1, 1],
            "record_no_l": [1, 1, 2],
            "record_no_r": [2, 3, 3],
            "is_forbidden": [False, True, False],
            "says_nothing": [False, False, False],
        }
    )

    def f1(*weights: float) -> float | None:
        found = best_cut(records, truth, pairs.with_columns(weight=pl.Series(weights)), NO_MOST)
        return found.overall.pairwise.f1

    # the third would go to the second before the first does, were it not that -0.6 needs a lower cut
    assert f1(-0.6, 7.0, 1.0) == 0.0
    assert f1(-0.6, 7.0, -1.0) == 1.0


def test_what_is_taught_is_told_of_other_components() -> None:
    pytest.importorskip("sklearn", reason="needs the extra bench")
    count = 600
    pairs = pl.DataFrame({"n": range(count)}).select(
        component_no=pl.col("n") // 3,
        level_email=pl.col("n") % 2,
        match_weight=pl.lit(0.0),
        entity_l=pl.lit("a"),
        entity_r=pl.when(pl.col("n") % 2 == 0).then(pl.lit("a")).otherwise(pl.lit("b")),
    )
    odds = teach(pairs)
    assert (odds.filter(pairs["level_email"] == 0) > 3).all()
    assert (odds.filter(pairs["level_email"] == 1) < -3).all()
