"""Intervals of an evaluation: what they cover, what they are of, and where there is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.linkage.evaluation import Score, evaluate_clusters
from omni_identity.linkage.sampling import Bounds, estimate_quality, sum_by_person

pairs_of_names = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("vwxyz")), min_size=1, max_size=20
)


def frames(rows: list[tuple[str, str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Crosswalk and labels of records numbered in order, each a ``(golden_id, entity)``."""
    records = pl.DataFrame(
        {
            "channel": "web",
            "source_record_id": [str(i) for i in range(len(rows))],
            "golden_id": [golden_id for golden_id, _ in rows],
            "entity": [entity for _, entity in rows],
        }
    )
    return records.drop("entity"), records.drop("golden_id")


def population(persons: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Persons of one to five records; a fifth have a record split off, a fifth one in another's customer."""
    generator = np.random.default_rng(seed)
    entity = np.repeat(np.arange(persons), generator.integers(1, 6, persons))
    first = np.r_[True, entity[1:] != entity[:-1]]
    fate = generator.random(persons)[entity]
    golden_id = entity.copy()
    golden_id[first & (fate < 0.2)] += persons
    strays = first & (fate > 0.8)
    golden_id[strays] = (entity[strays] + persons // 2) % persons
    return frames([(str(g), str(e)) for g, e in zip(golden_id, entity, strict=True)])


def sample(truth: pl.DataFrame, persons: int, seed: int) -> pl.DataFrame:
    chosen = np.random.default_rng(seed).choice(truth["entity"].unique().sort(), persons, False)
    return truth.filter(pl.col("entity").is_in(chosen.tolist()))


@given(pairs_of_names)
def test_figures_are_those_of_the_evaluation(rows: list[tuple[str, str]]) -> None:
    predicted, truth = frames(rows)
    labelled = estimate_quality(predicted, truth, replicates=10).labelled
    overall = evaluate_clusters(predicted, truth).overall
    for found, expected in (
        (labelled.pairwise, overall.pairwise),
        (labelled.b_cubed, overall.b_cubed),
    ):
        assert found.precision == pytest.approx(expected.precision)
        assert found.recall == pytest.approx(expected.recall)


def test_what_a_person_adds_up_to() -> None:
    # A holds two records of w, one of x and one of nobody known; B holds the third of w
    records = pl.DataFrame({"golden_id": ["A"] * 4 + ["B"], "entity": ["w", "w", "x", None, "w"]})
    w, x = sum_by_person(records).rows(named=True)
    assert (w["entity"], w["records"], w["shared"], w["predicted"], w["true"]) == ("w", 3, 1, 3, 3)
    assert w["precision"] == pytest.approx(2 * 2 / 4 + 1)
    assert w["recall"] == pytest.approx((2 * 2 + 1) / 3)
    assert (x["shared"], x["predicted"], x["true"]) == (0, 1.5, 0)


@pytest.mark.parametrize("family", ["pairwise", "b_cubed"])
@pytest.mark.parametrize("figure", ["precision", "recall"])
def test_intervals_of_samples_cover_the_figure_of_all(family: str, figure: str) -> None:
    predicted, truth = population(2000, seed=0)
    whole = getattr(getattr(evaluate_clusters(predicted, truth).overall, family), figure)
    covered, widths, found = 0, [], []
    for seed in range(60):
        everybody = estimate_quality(predicted, sample(truth, 150, seed), replicates=300).everybody
        assert everybody is not None
        low, high = getattr(getattr(everybody, f"{family}_bounds"), figure)
        covered += low <= whole <= high
        widths.append(high - low)
        found.append(getattr(getattr(everybody, family), figure))
    assert covered >= 52, (
        "of 60 intervals at 95 % some 57 cover, fewer than 52 one time in a hundred"
    )
    assert np.mean(found) == pytest.approx(whole, abs=0.02)
    assert np.mean(widths) == pytest.approx(4 * np.std(found), rel=0.35), "nor are they too wide"


def test_wrong_links_to_records_without_a_label_show_in_the_estimate_for_everybody() -> None:
    predicted, truth = population(2000, seed=0)
    whole = evaluate_clusters(predicted, truth).overall.pairwise.precision
    assert whole is not None
    few = estimate_quality(predicted, sample(truth, 100, 7), replicates=200)
    assert few.everybody is not None
    assert few.labelled.pairwise.precision is not None
    assert few.labelled.pairwise.precision > 0.98 > whole + 0.05
    assert few.everybody.pairwise_bounds.precision is not None
    low, high = few.everybody.pairwise_bounds.precision
    assert low < whole < high


def test_more_persons_make_narrower_intervals() -> None:
    predicted, truth = population(4000, seed=1)

    def width(persons: int) -> float:
        labels = sample(truth, persons, 3)
        f1 = estimate_quality(predicted, labels, replicates=300).labelled.b_cubed_bounds.f1
        assert f1 is not None
        return f1[1] - f1[0]

    assert width(3200) == pytest.approx(width(200) / 4, rel=0.3)


def test_the_order_of_rows_does_not_matter_and_a_seed_repeats() -> None:
    predicted, truth = population(300, seed=2)
    forth = estimate_quality(predicted, truth, replicates=50)
    back = estimate_quality(
        predicted.reverse(), truth.sample(fraction=1, shuffle=True, seed=5), replicates=50
    )
    assert forth == back
    assert forth != estimate_quality(predicted, truth, seed=2, replicates=50)


def test_where_nobody_has_an_error_the_rule_of_three_says_how_many_could() -> None:
    predicted, truth = frames([(str(i // 2), str(i // 2)) for i in range(200)])
    labelled = estimate_quality(predicted, truth).labelled
    assert labelled.pairwise == Score(1.0, 1.0)
    assert labelled.pairwise_bounds == Bounds((0.97, 1.0), (0.97, 1.0), (0.97, 1.0))


def test_where_there_is_nothing_to_judge_there_is_no_interval() -> None:
    predicted, truth = frames([("A", "w"), ("B", "x"), ("C", "y")])
    labelled = estimate_quality(predicted, truth).labelled
    assert labelled.pairwise_bounds == Bounds(None, None, None)
    assert labelled.b_cubed_bounds.f1 == (0.0, 1.0)
    nobody = estimate_quality(predicted, truth.clear())
    assert nobody.labelled.person_count == 0
    assert nobody.labelled.b_cubed == Score(None, None)
    one = estimate_quality(*frames([("A", "w"), ("A", "w")])).labelled
    assert one.pairwise_bounds == Bounds(None, None, None), "one person is no sample"


def test_many_persons_are_drawn_without_a_row_each() -> None:
    n = 400_000
    predicted = pl.DataFrame(
        {"channel": "web", "source_record_id": range(n), "golden_id": range(n)}
    )
    truth = predicted.select("channel", "source_record_id", entity=pl.col("golden_id") // 2)
    labelled = estimate_quality(predicted, truth, replicates=100).labelled
    assert labelled.person_count == n // 2
    assert labelled.b_cubed.recall == 0.5
