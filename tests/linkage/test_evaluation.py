"""Evaluation against brute force over pairs, worked examples, what is not dropped in silence."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.linkage.evaluation import Quality, Score, evaluate_clusters
from omni_identity.model.errors import UsageError

Row = tuple[str, str, str]  # golden_id, entity, cause

rows_of_records = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("wxyz"), st.sampled_from(["typo", "twin"])),
    max_size=14,
)


def frames(rows: list[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Crosswalk and labels of records numbered in order."""
    ids = [str(i) for i in range(len(rows))]
    text = pl.String
    predicted = pl.DataFrame(
        {
            "channel": ["web"] * len(rows),
            "source_record_id": ids,
            "golden_id": [r[0] for r in rows],
        },
        schema_overrides={"channel": text, "source_record_id": text, "golden_id": text},
    )
    truth = pl.DataFrame(
        {
            "channel": ["web"] * len(rows),
            "source_record_id": ids,
            "entity": [r[1] for r in rows],
            "cause": [r[2] for r in rows],
        },
        schema_overrides=dict.fromkeys(("channel", "source_record_id", "entity", "cause"), text),
    )
    return predicted, truth


def brute_force(rows: list[Row], cause: str | None) -> Quality:
    """The definitions, spelled out pair by pair and record by record."""
    chosen = [i for i, row in enumerate(rows) if cause in (None, row[2])]
    pairs = [p for p in combinations(range(len(rows)), 2) if set(p) & set(chosen)]
    predicted = {p for p in pairs if rows[p[0]][0] == rows[p[1]][0]}
    true = {p for p in pairs if rows[p[0]][1] == rows[p[1]][1]}
    precisions, recalls = [], []
    for i in chosen:
        customer = {j for j, row in enumerate(rows) if row[0] == rows[i][0]}
        person = {j for j, row in enumerate(rows) if row[1] == rows[i][1]}
        precisions.append(len(customer & person) / len(customer))
        recalls.append(len(customer & person) / len(person))
    n = len(chosen)
    b_cubed = Score(sum(precisions) / n, sum(recalls) / n) if n else Score(None, None)
    return Quality(n, len(predicted), len(true), len(predicted & true), b_cubed)


def assert_same(found: Quality, expected: Quality) -> None:
    assert found.record_count == expected.record_count
    assert found.predicted_pair_count == expected.predicted_pair_count
    assert found.true_pair_count == expected.true_pair_count
    assert found.shared_pair_count == expected.shared_pair_count
    assert found.b_cubed.precision == pytest.approx(expected.b_cubed.precision)
    assert found.b_cubed.recall == pytest.approx(expected.b_cubed.recall)


@given(rows_of_records)
def test_figures_are_those_of_brute_force(rows: list[Row]) -> None:
    evaluation = evaluate_clusters(*frames(rows))
    assert_same(evaluation.overall, brute_force(rows, None))
    assert set(evaluation.by_cause) == {row[2] for row in rows}
    for cause, quality in evaluation.by_cause.items():
        assert_same(quality, brute_force(rows, cause))


@given(rows_of_records)
def test_truth_against_itself_is_perfect(rows: list[Row]) -> None:
    same = [(entity, entity, cause) for _, entity, cause in rows]
    overall = evaluate_clusters(*frames(same)).overall
    assert overall.pairwise.f1 in (None, 1.0)
    assert overall.b_cubed.f1 in (None, 1.0)


@given(rows_of_records)
def test_sizes_add_up_to_records_customers_and_persons(rows: list[Row]) -> None:
    evaluation = evaluate_clusters(*frames(rows))
    sizes = evaluation.sizes
    assert (sizes["record_count"] * sizes["customer_count"]).sum() == len(rows)
    assert (sizes["record_count"] * sizes["entity_count"]).sum() == len(rows)
    assert sizes["customer_count"].sum() == evaluation.customer_count
    assert sizes["entity_count"].sum() == evaluation.entity_count


def test_worked_example() -> None:
    # customer A holds two of person w and one of x; the third w stands alone
    rows = [("A", "w", "typo"), ("A", "w", "typo"), ("A", "x", "typo"), ("B", "w", "twin")]
    overall = evaluate_clusters(*frames(rows)).overall
    assert overall.pairwise.precision == pytest.approx(1 / 3)
    assert overall.pairwise.recall == pytest.approx(1 / 3)
    assert overall.b_cubed.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert overall.b_cubed.recall == pytest.approx((2 / 3 + 2 / 3 + 1 + 1 / 3) / 4)


def test_nothing_to_judge_is_no_figure_rather_than_a_perfect_one() -> None:
    alone = evaluate_clusters(*frames([("A", "w", "typo"), ("B", "x", "typo")])).overall
    assert alone.pairwise == Score(None, None)
    assert alone.pairwise.f1 is None
    assert alone.b_cubed == Score(1.0, 1.0)


def test_nothing_right_is_an_f1_of_zero() -> None:
    wrong = evaluate_clusters(*frames([("A", "w", "t"), ("A", "x", "t"), ("B", "w", "t")])).overall
    assert wrong.pairwise.f1 == 0.0


def test_records_of_one_side_only_are_counted_and_do_not_count() -> None:
    predicted, truth = frames([("A", "w", "typo"), ("A", "w", "typo"), ("A", "x", "typo")])
    fewer = evaluate_clusters(predicted.head(2), truth)
    assert fewer.labelled_but_not_current_count == 1
    assert fewer.overall.pairwise == Score(1.0, 1.0)
    unlabelled = evaluate_clusters(predicted, truth.head(2))
    assert unlabelled.current_but_not_labelled_count == 1
    assert unlabelled.overall.pairwise == Score(1.0, 1.0)


def test_labels_that_contradict_each_other_are_refused() -> None:
    predicted, truth = frames([("A", "w", "typo"), ("A", "x", "typo")])
    twice = pl.concat([truth, truth.with_columns(entity=pl.lit("other"))])
    with pytest.raises(UsageError, match="2 records more than one entity"):
        evaluate_clusters(predicted, twice)


def test_repeated_labels_and_labels_without_an_entity_are_harmless() -> None:
    predicted, truth = frames([("A", "w", "typo"), ("A", "w", "typo")])
    empty = truth.with_columns(source_record_id=pl.lit("9"), entity=pl.lit(None, pl.String))
    evaluation = evaluate_clusters(predicted, pl.concat([truth, truth, empty]))
    assert evaluation.overall.record_count == 2
    assert evaluation.labelled_but_not_current_count == 0


def test_labels_of_numbers_meet_text_and_causes_are_optional() -> None:
    predicted, truth = frames([("A", "w", "typo"), ("A", "w", "typo")])
    numbers = truth.select("channel", pl.col("source_record_id").cast(pl.Int64), entity=pl.lit(1))
    evaluation = evaluate_clusters(predicted, numbers)
    assert evaluation.overall.pairwise == Score(1.0, 1.0)
    assert evaluation.by_cause == {}


def test_a_hundred_thousand_records_of_one_customer_are_not_enumerated() -> None:
    n = 100_000
    predicted = pl.DataFrame({"channel": "web", "source_record_id": range(n), "golden_id": "A"})
    truth = predicted.select("channel", "source_record_id", entity=pl.lit("w"))
    assert evaluate_clusters(predicted, truth).overall.shared_pair_count == n * (n - 1) // 2
