"""Queries divided among statements."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines.portions import in_portions


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(1, 100))
def test_portions_have_all_in_order_and_no_more_than_fits(sizes: list[int], at_once: int) -> None:
    by_number = dict(enumerate(sizes))
    portions = in_portions(by_number, at_once)
    assert [number for portion in portions for number in portion] == list(by_number)
    for portion, following in pairwise([*portions, []]):
        total = sum(sizes[number] for number in portion)
        assert total <= at_once or len(portion) == 1
        assert not following or total + sizes[following[0]] > at_once
    assert in_portions(by_number, None) == ([list(by_number)] if sizes else [])
