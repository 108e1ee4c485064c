"""Two models are compared level by level, the largest change of evidence first."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.linkage.model import LevelParameters, LinkageModel
from omni_identity.linkage.model_changes import WeightChange, compare_models
from tests.linkage.plain_comparisons import BIRTH_DATE, GENDER

COUNTS = {"same": 100.0, "relatives": 1.0, "namesakes": 1.0, "strangers": 100_000.0}
EXACT, DIFFERENT = LevelParameters(0.9, 0.5, 0.5, 0.5), LevelParameters(0.1, 0.5, 0.5, 0.5)
MODEL = LinkageModel((GENDER,), {"gender": (EXACT, DIFFERENT)}, COUNTS, {}, (), 1)


def test_a_model_does_not_differ_from_itself() -> None:
    assert compare_models(MODEL, MODEL) == []


def test_the_largest_change_comes_first_and_what_is_new_counts_in_full() -> None:
    other = replace(
        MODEL,
        comparisons=(GENDER, BIRTH_DATE),
        parameters={
            "gender": (replace(EXACT, same=0.45), DIFFERENT),
            "birth_date": (
                replace(EXACT, strangers=0.9 / 2**12),
                *[LevelParameters(0.5, 0.5, 0.5, 0.5)] * 3,
            ),
        },
        pair_counts={**COUNTS, "same": 50.0},
    )
    changes = compare_models(MODEL, other)
    assert changes[0] == WeightChange("birth_date", "exact", None, 12.0)
    assert [(c.comparison, round(c.size, 2)) for c in changes[1:3]] == [
        ("gender", 1.0),
        ("prior", 1.0),
    ]
    back = compare_models(other, MODEL)[0]
    assert (back.before, back.after) == (12.0, None)
