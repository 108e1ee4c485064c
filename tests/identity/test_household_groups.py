"""Who lives with whom, where a component of links cannot be one household as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.identity.household_groups import (
    LEAST_CONTESTED,
    MEMBERS,
    MOST_MEMBERS,
    PAIRS_A_LINK,
    group_rows,
    join_links,
)

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
    street = [(a, b) for a in range(MOST_MEMBERS + 6) for b in range(a + 1, MOST_MEMBERS + 6)]
    households = join_links(street, set())
    sizes = sorted(list(households.values()).count(h) for h in set(households.values()))
    assert sizes == [6, MOST_MEMBERS]


def all_pairs(*members: int) -> list[Pair]:
    return list(combinations(members, 2))


def test_one_link_does_not_make_one_household_of_two() -> None:
    homes = [*all_pairs(1, 2, 3), *all_pairs(11, 12)]
    assert set(join_links([*homes, (3, 11)], set()).values()) == {1, 11}
    assert set(join_links([*homes, (3, 11), (1, 12)], set()).values()) == {1}, (
        "two of six are enough"
    )
    assert set(join_links([*homes, (3, 11)], set(), {(3, 11)}).values()) == {1}, "a steward's word"


def test_components_that_are_not_contested_are_one_household() -> None:
    """So nobody looks at their links one by one: of any four, and of any who are all linked."""
    for size in range(2, LEAST_CONTESTED):
        for links in powerset(all_pairs(*range(size))):
            if len(component(0, links)) == size:
                assert set(join_links(links, set()).values()) == {0}
    assert set(join_links(all_pairs(*range(9)), set()).values()) == {0}


def powerset(pairs: list[Pair]) -> Iterator[tuple[Pair, ...]]:
    return chain.from_iterable(combinations(pairs, n) for n in range(len(pairs) + 1))


def component(member: int, links: Sequence[Pair]) -> set[int]:
    found = {member}
    while more := {x for pair in links if found & set(pair) for x in pair} - found:
        found |= more
    return found


@given(st.lists(PAIRS, max_size=25), st.sets(PAIRS, max_size=8), st.integers(2, 6))
def test_nobody_is_with_whom_they_must_not_be_and_every_refused_link_has_its_reason(
    links: list[Pair], apart: set[Pair], most: int
) -> None:
    households = join_links(links, apart, most=most)
    members = {h: {m for m, own in households.items() if own == h} for h in households.values()}
    for household, own in members.items():
        assert household == min(own)
        assert 2 <= len(own) <= most
        assert not any((a, b) in apart for a in own for b in own)
    for a, b in links:
        one, other = (members.get(households.get(x, -1), {x}) for x in (a, b))
        is_kept_apart = any((min(x, y), max(x, y)) in apart for x in one for y in other)
        across = {
            (x, y) for pair in links for x, y in (pair, pair[::-1]) if x in one and y in other
        }
        has_few_links = len(across) * PAIRS_A_LINK < len(one) * len(other)
        assert one == other or is_kept_apart or len(one) + len(other) > most or has_few_links
