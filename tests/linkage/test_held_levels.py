"""What training is given it does not move; the other levels share what is left."""

from __future__ import annotations

import numpy as np
import pytest

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.held_levels import HeldLevel, with_held
from omni_identity.linkage.mixture import ComparedPairs, VectorCounts, estimate_classes
from omni_identity.model.comparison_levels import Level

NOTHING = np.nan


@pytest.mark.parametrize(
    ("learnt", "held", "expected"),
    [
        ([0.6, 0.3, 0.1], [NOTHING, NOTHING, NOTHING], [0.6, 0.3, 0.1]),
        ([0.6, 0.3, 0.1], [0.8, NOTHING, NOTHING], [0.8, 0.15, 0.05]),
        ([0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]),
        ([0.5, 0.5], [0.9, 0.9], [0.5, 0.5]),  # a little more than 1 in sum is shared alike
    ],
)
def test_the_others_share_what_is_left_as_they_did(
    learnt: list[float], held: list[float], expected: list[float]
) -> None:
    found = with_held(np.array(learnt), np.array(held))
    assert found == pytest.approx(expected, abs=1e-4)
    assert found.sum() == pytest.approx(1)


def test_the_others_are_left_something_even_where_all_is_given_away() -> None:
    found = with_held(np.array([0.6, 0.4]), np.array([1.0, NOTHING]))
    assert 0 < found[1] < 0.001


def compared(name: str) -> Comparison:
    levels = (
        Level("exact", f'"{name}_l" = "{name}_r"', 0.8, 0.3),
        Level("different", "ELSE", 0.2, 0.7),
    )
    return Comparison(name, (name,), levels)


def test_training_moves_all_but_what_it_is_given() -> None:
    comparisons = (compared("a"), compared("b"))
    levels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    candidates = VectorCounts(levels, np.array([900.0, 60.0, 40.0, 500.0]))
    sample = VectorCounts(levels, np.array([10.0, 300.0, 200.0, 9490.0]))
    held = {"a": (HeldLevel(same=0.7, strangers=0.25), HeldLevel())}
    free = estimate_classes(comparisons, ComparedPairs(candidates, sample), 1e6)
    given = estimate_classes(comparisons, ComparedPairs(candidates, sample), 1e6, held=held)
    (exact, different), (other, _) = given.parameters["a"], given.parameters["b"]
    assert (exact.same, exact.strangers) == (0.7, 0.25)
    assert (different.same, different.strangers) == (0.3, 0.75)
    assert free.parameters["a"][0].same > 0.75
    assert free.parameters["a"][0].strangers < 0.1
    assert other.same != 0.8, "what is not given is learnt"
