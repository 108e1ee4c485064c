"""More agreement never tells less: levels out of order are pooled, unranked ones left alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LevelParameters
from omni_identity.linkage.monotone import order_weights
from tests.linkage.plain_comparisons import BIRTH_DATE, FIRST


def parameters(*levels: tuple[float, float]) -> tuple[LevelParameters, ...]:
    return tuple(LevelParameters(same, 0.1, 0.1, strangers) for same, strangers in levels)


def ratios(levels: tuple[LevelParameters, ...]) -> list[float]:
    return [level.same / level.strangers for level in levels]


def test_a_slip_does_not_outweigh_agreement() -> None:
    # against the order: one slip is a hundred times likelier than agreement is, compared with chance
    noisy = parameters((0.5, 0.01), (0.3, 0.0001), (0.1, 0.1), (0.1, 0.8899))
    ordered = order_weights(BIRTH_DATE, noisy, {})
    assert ratios(ordered)[0] == pytest.approx(ratios(ordered)[1], rel=1e-5)
    assert ratios(ordered)[0] == pytest.approx(0.8 / 0.0101, rel=1e-5)
    assert ordered[2:] == noisy[2:]
    assert sum(level.same for level in ordered) == pytest.approx(1.0, rel=1e-5)


def test_what_is_pooled_weighs_against_relatives_and_namesakes_what_it_did() -> None:
    noisy = parameters((0.5, 0.01), (0.3, 0.0001), (0.1, 0.1), (0.1, 0.8899))
    ordered = order_weights(BIRTH_DATE, noisy, {})
    assert [level.weight("relatives") for level in ordered] == [
        level.weight("relatives") for level in noisy
    ]
    assert sum(level.strangers for level in ordered) == pytest.approx(1.0, rel=1e-5)


def test_what_is_in_order_stays() -> None:
    sound = parameters((0.8, 0.001), (0.1, 0.01), (0.05, 0.1), (0.05, 0.889))
    assert order_weights(BIRTH_DATE, sound, {}) == sound


def test_an_unranked_level_may_tell_more_than_agreement() -> None:
    names = [(0.7, 0.01), (0.05, 0.000001), *[(0.05, 0.002)] * 4, (0.05, 0.9)]
    ordered = order_weights(FIRST, parameters(*names), {})
    assert FIRST.levels[1].label == "swapped with last name"
    assert ordered[1].same == 0.05


def test_a_level_adjusted_for_frequency_counts_as_its_typical_value() -> None:
    names = [
        (0.4, 0.02),
        (0.01, 0.1),
        (0.05, 0.01),
        (0.05, 0.01),
        (0.4, 0.01),
        (0.04, 0.05),
        (0.05, 0.9),
    ]
    levels = parameters(*names)
    assert order_weights(FIRST, levels, {"first": 0.001}) == levels
    assert order_weights(FIRST, levels, {}) != levels


SHARES = st.floats(1e-6, 1.0)


@given(st.lists(st.tuples(SHARES, SHARES), min_size=4, max_size=4))
def test_weights_never_rise_from_a_stronger_to_a_weaker_level(
    levels: list[tuple[float, float]],
) -> None:
    comparison: Comparison = BIRTH_DATE
    ordered = ratios(order_weights(comparison, parameters(*levels), {}))
    assert all(a >= b * (1 - 1e-4) for a, b in itertools.pairwise(ordered))
