"""Groups customers who live together, so that one link that is wrong does not make one household of two.

Where nothing is in the way a household is a connected component of links. One that would be too large, or
would hold two whom a verdict keeps apart or many who have nothing in common, is put together link by link, the surest
first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import groupby

import polars as pl

MOST_MEMBERS = 12
"""Customers of one household at most: what is larger is a hostel, a company or a slip."""
PAIRS_A_LINK = 4
"""Two groups are one household if at least one in so many pairs across them is a link. Who lives together is mostly
linked with most of the others; what joins two households by mistake is one pair of many."""
LEAST_CONTESTED = 5
"""Members from which on a component may be more than one household for want of links: of four, one link between any
two groups is enough."""
MEMBERS = {"member_no": pl.Int64, "household_no": pl.Int64}
Pair = tuple[int, int]


def group_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Households of some components: ``member_no, household_no``, of those with two members or more.

    ``rows`` has ``component_no, member_no_l, member_no_r, probability, is_judged, is_apart``, a row per two
    customers with a link or a verdict; verdicts come first. ``household_no`` is the least ``member_no``.
    """
    ordered = rows.sort(
        *("component_no", "is_judged", "probability", "member_no_l", "member_no_r"),
        descending=[False, True, True, False, False],
    ).select("component_no", "member_no_l", "member_no_r", "is_judged", "is_apart")
    found: list[Pair] = []
    for _, component in groupby(ordered.iter_rows(), key=lambda row: row[0]):
        links, judged, apart = [], set(), set()
        for _, left, right, is_judged, is_apart in component:
            if is_apart:
                apart.add((left, right))
            else:
                links.append((left, right))
                if is_judged:
                    judged.add((left, right))
        found += join_links(links, apart, judged).items()
    return pl.DataFrame(found, MEMBERS, orient="row")


def join_links(
    links: Iterable[Pair],
    apart: Collection[Pair],
    judged: Collection[Pair] = frozenset(),
    most: int = MOST_MEMBERS,
) -> dict[int, int]:
    """Join ``links`` in their order; return the least member of each household, by member.

    A link that would bring two of ``apart`` (pairs, the lesser first) together, or more than ``most``, joins
    nothing. Nor does one between two groups with too few links, unless it is ``judged``: that is a steward's word.
    Who is joined with nobody is not in the result.
    """
    members: dict[int, set[int]] = {}
    ordered = list(links)
    linked = defaultdict(set)
    for left, right in ordered:
        linked[left].add(right)
        linked[right].add(left)
    for left, right in ordered:
        one, other = members.get(left, {left}), members.get(right, {right})
        is_kept_apart = any((min(a, b), max(a, b)) in apart for a in one for b in other)
        if one is other or len(one) + len(other) > most or is_kept_apart:
            continue
        count = sum(len(linked[member] & other) for member in one)
        if count * PAIRS_A_LINK < len(one) * len(other) and (left, right) not in judged:
            continue
        together = one | other
        members.update(dict.fromkeys(together, together))
    return {member: min(household) for member, household in members.items()}
