"""The score of threads: pairs of interactions, each pair of channels by itself."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.threads import report, scores


def test_scores_are_those_of_pairs_and_sums_are_of_pairs_too() -> None:
    counts = {"true_pairs": [8, 2], "found_pairs": [8, 4], "right_pairs": [8, 1]}
    pairs = pl.DataFrame({"channel_l": ["a", "a"], "channel_r": ["a", "b"], **counts})
    table = {row["channels"]: row for row in scores(pairs).iter_rows(named=True)}
    assert table["a – a"]["f1"] == 1
    assert (table["a – b"]["precision"], table["a – b"]["recall"]) == (0.25, 0.5)
    assert table["between channels"]["f1"] == pytest.approx(1 / 3)
    assert table["all"]["f1"] == pytest.approx(9 / 11)
    assert "| a – b | 2 | 0.250 | 0.500 | 0.333 |" in report(scores(pairs))
