"""Scoring is estimated before it begins, and refused where the disk has no room for it."""

from __future__ import annotations

import pytest

from omni_identity.linkage.estimates import estimate_scoring, require_room
from omni_identity.model.errors import RunFailed


def test_an_estimate_grows_with_the_pairs_and_memory_only_with_those_at_once() -> None:
    few = estimate_scoring(1_000_000, 10_000_000, 4_000_000)
    many = estimate_scoring(1_000_000, 20_000_000, 4_000_000)
    assert few.memory_bytes == many.memory_bytes
    assert few.disk_bytes < many.disk_bytes
    at_once = estimate_scoring(1_000_000, 20_000_000, None)
    assert at_once.memory_bytes > 2 * many.memory_bytes


def test_no_pairs_need_nothing() -> None:
    nothing = estimate_scoring(0, 0, None)
    assert (nothing.memory_bytes, nothing.disk_bytes) == (0, 0)
    require_room(nothing, 0, 30)


def test_too_small_a_disk_is_said_with_the_ways_out() -> None:
    estimate = estimate_scoring(10_000_000, 140_000_000, 4_000_000)
    require_room(estimate, estimate.disk_bytes, 30)
    with pytest.raises(RunFailed) as caught:
        require_room(estimate, estimate.disk_bytes - 1, 30)
    words = str(caught.value)
    assert "140,000,000 candidate pairs of 10,000,000 records" in words
    assert "linkage.pairs_per_record" in words
    assert "(now 30)" in words
