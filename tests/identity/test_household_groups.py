"""Who lives with whom, where a component of links cannot be one household as it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.identity.household_groups import MEMBERS, MOST_MEMBERS, group_rows, join_links

Pair = tuple[int, int]
PAIRS = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])


def rows(links: Sequence[tuple[int, int, float, bool, bool]]) -> pl.DataFrame:
    columns = ("member_no_l", "member_no_r", "probability", "is_judged", "is_apart")
    frame = pl.DataFrame(list(links), columns, orient="row")
    return frame.select(pl.lit(1, pl.Int64).alias("component_no"), *columns)


def test_two_whom_a_verdict_keeps_apart_share_no_household_through_a_third() -> None:
    found = group_rows(
        rows([(1, 2, 0.9, False, False), (2, 3, 0.8, False, False), (1, 3, 1.0, True, True)])
    )
    assert dict(found.iter_rows()) == {1: 1, 2: 1}
    assert found.schema == pl.Schema(MEMBERS)


def test_a_verdict_comes_before_any_link() -> None:
    found = group_rows(
        rows([(1, 2, 1.0, False, False), (2, 3, 1.0, True, False), (1, 3, 1.0, True, True)])
    )
    assert dict(found.iter_rows()) == {2: 2, 3: 2}


def test_a_household_takes_so_many_and_no_more() -> None:
    street = [(n, n + 1) for n in range(MOST_MEMBERS + 5)]
    households = join_links(street, set())
    sizes = sorted(list(households.values()).count(h) for h in set(households.values()))
    assert sizes == [6, MOST_MEMBERS]


@given(st.lists(PAIRS, max_size=25), st.sets(PAIRS, max_size=8), st.integers(2, 6))
def test_nobody_is_with_whom_they_must_not_be_and_every_refused_link_has_its_reason(
    links: list[Pair], apart: set[Pair], most: int
) -> None:
    households = join_links(links, apart, most)
    members = {h: {m for m, own in households.items() if own == h} for h in households.values()}
    for household, own in members.items():
        assert household == min(own)
        assert 2 <= len(own) <= most
        assert not any((a, b) in apart for a in own for b in own)
    for a, b in links:
        one, other = (members.get(households.get(x, -1), {x}) for x in (a, b))
        is_kept_apart = any((min(x, y), max(x, y)) in apart for x in one for y in other)
        assert one == other or is_kept_apart or len(one) + len(other) > most
