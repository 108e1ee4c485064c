"""The oracle says what the truth says, and the report what came of its answers."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from benchmarks.review import Standing, Taken, oracle, report
from omni_identity.linkage.evaluation import evaluate_clusters
from omni_identity.stewardship.review_queue import Question

TAKEN = [Taken((0.1, 0.5, 0.2), 0.4), Taken((0.1, 0.7, 0.3), 0.6)]
TRUTH = pl.DataFrame(
    {
        "channel": "web",
        "source_record_id": ["1", "2", "3", "4"],
        "entity": ["anna", "anna", "ben", "carl"],
    }
)


@pytest.mark.parametrize(
    ("left", "right", "judgement"),
    [("1", "2", "same"), ("1", "3", "household"), ("1", "4", "different"), ("3", "4", "different")],
)
def test_the_oracle_tells_persons_and_households(left: str, right: str, judgement: str) -> None:
    question = Question((1, 2), (f"web:{left}", f"web:{right}"), ("G1", "G2"), 0.5, 2, 0)
    answer = oracle(TRUTH, {"anna": "H1", "ben": "H1", "carl": "H2"}, question)
    assert answer.judgement == judgement


def test_the_report_has_accuracy_and_questions_before_and_after() -> None:
    def standing(golden_ids: list[str], questions: int, pairs: int) -> Standing:
        predicted = TRUTH.select("channel", "source_record_id", golden_id=pl.Series(golden_ids))
        return Standing(evaluate_clusters(predicted, TRUTH), questions, pairs)

    before, after = standing(["a", "a", "a", "d"], 9, 20), standing(["a", "a", "c", "d"], 7, 12)
    said = report(before, after, Counter(same=2, household=1), TAKEN)
    assert "| precision | 0.3333 | 1.0000 |" in said
    assert "| f1 | 0.5000 | 1.0000 |" in said
    assert "| doubtful pairs in them | 20 | 12 |" in said
    assert "Answers: 1 household, 2 same." in said
    assert "0.95 s (median; 0.10 s to see, 0.60 s to predict, 0.25 s to write)" in said
    assert "the longest 1.10 s; of the processor 0.50 s." in said
