"""The expected precision and recall of thresholds, against sums made by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.components import SEED_WEIGHT
from omni_identity.linkage.model import DEFAULT_MATCH_PROBABILITY
from omni_identity.linkage.scoring import probability_of
from omni_identity.linkage.thresholds import (
    BETA,
    CLUSTERING_BITS,
    THRESHOLDS,
    PersonSizes,
    choose_threshold,
    expect_quality,
    measure_sizes,
)


def scored(engine: DuckDBEngine, chances: list[float]) -> str:
    """Pairs, each of two records of its own, with such chances once clustering has seen all else."""
    weights = [math.log2(p / (1 - p)) - CLUSTERING_BITS for p in chances]
    engine.run(
        "create table scores (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE,"
        " weight_strangers DOUBLE, weight_relatives DOUBLE, weight_namesakes DOUBLE)"
    )
    numbers = range(len(chances))
    frame = pl.DataFrame(
        {
            "record_no_l": [2 * n for n in numbers],
            "record_no_r": [2 * n + 1 for n in numbers],
            "match_weight": weights,
            "weight_strangers": weights,
        },
        schema_overrides={"match_weight": pl.Float64, "weight_strangers": pl.Float64},
    ).with_columns(weight_relatives=pl.lit(500.0), weight_namesakes=pl.lit(500.0))
    engine.write("scores", frame)
    return "scores"


def expected(chances: list[float]) -> dict[float, dict[str, float | None]]:
    with DuckDBEngine() as engine:
        rows = expect_quality(engine, scored(engine, chances), 1.0)
    return {row["threshold"]: row for row in rows}


def chosen(chances: list[float], support: float = 1.0) -> float:
    """The threshold for pairs of which strangers alone speak against a match."""
    with DuckDBEngine() as engine:
        return choose_threshold(engine, scored(engine, chances), support)


def test_precision_is_the_mean_above_and_recall_the_share_of_all() -> None:
    rows = expected([0.98, 0.92, 0.47, 0.02])
    assert list(rows) == list(THRESHOLDS)
    at_six_tenths = rows[0.6]
    assert at_six_tenths["pairs"] == 2, "1.3 bits less than 0.98 and 0.92 are 0.95 and 0.82"
    assert at_six_tenths["precision"] == pytest.approx(0.95)
    assert at_six_tenths["recall"] == pytest.approx(1.90 / 2.39, abs=1e-4)
    assert at_six_tenths["f1"] == pytest.approx(2 * 1.90 / (2 + 2.39), abs=1e-4)
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


def test_below_the_threshold_a_link_lowers_the_expected_measure_and_above_it_raises_it() -> None:
    chances = [0.99] * 200 + [0.9] * 100 + [0.62] * 50 + [0.45] * 50 + [0.05] * 400
    probability = chosen(chances)
    least = 2 ** (math.log2(probability / (1 - probability)) + CLUSTERING_BITS)
    least = least / (1 + least)

    def measure(pairs: list[float]) -> float:
        return (1 + BETA**2) * sum(pairs) / (BETA**2 * sum(chances) + len(pairs))

    best = max(measure([p for p in chances if p >= one]) for one in set(chances))
    assert measure([p for p in chances if p >= least]) == pytest.approx(best)
    assert least == pytest.approx(best / (1 + BETA**2), abs=1e-3)
    assert 0.45 < least <= 0.62


def test_doubtful_pairs_lower_it_and_the_order_of_rows_does_not_matter() -> None:
    clear, doubtful = [0.999] * 500, [0.3 + n / 1000 for n in range(200)]
    many = clear + doubtful * 4
    assert chosen(many) == chosen(many[::-1])
    assert chosen(many) < chosen(clear) < 0.5, (
        "what lies between clear and none is no reason to ask for more"
    )


def test_the_more_records_a_person_has_the_less_a_link_needs() -> None:
    chances = [0.99] * 300 + [0.02 + n / 1000 for n in range(900)]
    by_support = [chosen(chances, support) for support in (1.0, 2.0, 4.0)]
    assert by_support == sorted(by_support, reverse=True)
    assert by_support[0] > by_support[-1]
    assert chosen(chances, 1000.0) == pytest.approx(probability_of(SEED_WEIGHT), abs=1e-4)


def people(sizes: list[int]) -> list[tuple[int, int]]:
    """Every pair of records of people who have so many."""
    pairs, first = [], 0
    for size in sizes:
        pairs += list(itertools.combinations(range(first, first + size), 2))
        first += size
    return pairs


@pytest.mark.parametrize(
    ("sizes", "support"), [([2] * 50, 1.0), ([5] * 20, 4.0), ([2] * 30 + [4] * 10, 7 / 3)]
)
def test_support_is_how_many_other_records_a_matching_record_has(
    sizes: list[int], support: float
) -> None:
    with DuckDBEngine() as engine:
        rows = [(left, right, 30.0) for left, right in people(sizes)] + [(990, 991, -9.0)]
        columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "match_weight": pl.Float64}
        engine.run(
            "create table scores (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE)"
        )
        engine.write("scores", pl.DataFrame(rows, schema=columns, orient="row"))
        assert measure_sizes(engine, "scores").support == pytest.approx(support, abs=0.01)
        assert measure_sizes(engine, "scores where record_no_l < 0") == PersonSizes(1.0, 2.0)


def test_a_sample_of_pairs_stands_for_all() -> None:
    """One in three pairs is in the table: of a record's four others it shows a third."""
    random = np.random.default_rng(3)
    rows = [(left, right, 30.0) for left, right in people([5] * 3000) if random.random() < 1 / 3]
    with DuckDBEngine() as engine:
        columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "match_weight": pl.Float64}
        engine.run(
            "create table scores (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE)"
        )
        engine.write("scores", pl.DataFrame(rows, schema=columns, orient="row"))
        sizes = measure_sizes(engine, "scores", 3.0)
        assert sizes.support == pytest.approx(4.0, abs=0.1)
        assert sizes.most == pytest.approx(5.0, abs=0.5)


def test_people_have_at_most_two_standard_deviations_more_than_on_average() -> None:
    """Of a matching record's persons: so many have three records, so many six, by their pairs."""
    sizes = [3] * 60 + [6] * 20
    with DuckDBEngine() as engine:
        rows = [(left, right, 30.0) for left, right in people(sizes)]
        columns = {"record_no_l": pl.Int64, "record_no_r": pl.Int64, "match_weight": pl.Float64}
        engine.run(
            "create table scores (record_no_l BIGINT, record_no_r BIGINT, match_weight DOUBLE)"
        )
        engine.write("scores", pl.DataFrame(rows, schema=columns, orient="row"))
        found = measure_sizes(engine, "scores").most
    by_pair = np.repeat([3, 6], [60 * 3, 20 * 15])
    assert found == pytest.approx(by_pair.mean() + 2 * by_pair.std(), abs=0.05)


def test_few_matches_leave_the_default() -> None:
    assert chosen([0.999] * 20 + [0.01] * 50) == DEFAULT_MATCH_PROBABILITY
    assert chosen([]) == DEFAULT_MATCH_PROBABILITY
