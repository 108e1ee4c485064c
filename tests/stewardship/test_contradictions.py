"""Verdicts that cannot all be true: found in any order, with the chain that shows it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from omni_identity.stewardship.contradictions import Judgements, judge_in_order

Triple = tuple[int, int, bool]
VERDICTS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()).filter(lambda v: v[0] != v[1]),
    max_size=25,
)


def closure(verdicts: list[Triple]) -> list[set[int]]:
    """Groups of records joined by verdicts of same, the slow way."""
    groups: list[set[int]] = [{n} for n in range(8)]
    for left, right, is_same in verdicts:
        if is_same:
            joined = [g for g in groups if left in g or right in g]
            groups = [g for g in groups if g not in joined] + [set().union(*joined)]
    return groups


def is_consistent(verdicts: list[Triple]) -> bool:
    groups = closure(verdicts)
    return not any(
        not is_same and any({left, right} <= group for group in groups)
        for left, right, is_same in verdicts
    )


def test_two_of_same_and_one_of_different_contradict() -> None:
    judgements, refused = judge_in_order([(1, 2, True), (2, 3, True), (1, 3, False)])
    assert refused[2].chain == (1, 2, 3)
    assert judgements.are_same(1, 3)
    judgements, refused = judge_in_order([(1, 3, False), (1, 2, True), (3, 2, True)])
    assert refused[2].chain == (3, 2, 1)
    assert judgements.are_different(2, 3)


@given(VERDICTS)
def test_what_is_taken_is_consistent_and_what_is_refused_would_not_be(
    verdicts: list[Triple],
) -> None:
    judgements, refused = judge_in_order(verdicts)
    taken: list[Triple] = []
    for position, verdict in enumerate(verdicts):
        assert is_consistent([*taken, verdict]) == (position not in refused)
        if position not in refused:
            taken.append(verdict)
    groups = closure(taken)
    for left in range(8):
        own = next(group for group in groups if left in group)
        assert set(judgements.group_of(left)) == own
        for right in range(8):
            assert judgements.are_same(left, right) == (right in own)
            apart = any(
                not is_same and len({a, b} & own) == 1
                and {a, b} & next(g for g in groups if right in g) and right not in own
                for a, b, is_same in taken
            )  # fmt: skip
            assert judgements.are_different(left, right) == apart


@given(VERDICTS)
def test_every_chain_is_made_of_verdicts(verdicts: list[Triple]) -> None:
    judgements = Judgements()
    taken: set[Triple] = set()
    for left, right, is_same in verdicts:
        contradiction = judgements.take(left, right, is_same)
        if contradiction is None:
            taken |= {(left, right, is_same), (right, left, is_same)}
            continue
        with_it = taken | {(left, right, is_same), (right, left, is_same)}
        chain = contradiction.chain
        links = itertools.pairwise(chain)
        assert all((a, b, True) in with_it for a, b in links)
        assert (*contradiction.ends, False) in with_it
        new = {(left, right), (right, left)}
        assert new & ({contradiction.ends} | set(itertools.pairwise(chain)))
