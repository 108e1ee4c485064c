"""Groups customers who live together, so that nobody shares a household with whom a steward says they do not.

Where nothing is in the way a household is a connected component of links. One that would be too large, or
would hold two whom a verdict keeps apart, is put together link by link, the surest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

MOST_MEMBERS = 12
"""Customers of one household at most: what is larger is a hostel, a company or a slip."""
MEMBERS = {"member_no": pl.Int64, "household_no": pl.Int64}


def group_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Households of some components: ``member_no, household_no``, of those with two members or more.

    ``rows`` has ``component_no, member_no_l, member_no_r, probability, is_judged, is_apart``, a row per two
    customers with a link or a verdict; verdicts come first. ``household_no`` is the least ``member_no``.
    """
    found: list[tuple[int, int]] = []
    for component in rows.partition_by("component_no", maintain_order=True):
        apart = component.filter("is_apart")
        links = component.filter(~pl.col("is_apart")).sort(
            *("is_judged", "probability", "member_no_l", "member_no_r"),
            descending=[True, True, False, False],
        )
        pairs = ("member_no_l", "member_no_r")
        households = join_links(links.select(pairs).iter_rows(), set(apart.select(pairs).rows()))
        found += households.items()
    return pl.DataFrame(found, MEMBERS, orient="row")


def join_links(
    links: Iterable[tuple[int, int]],
    apart: Collection[tuple[int, int]],
    most: int = MOST_MEMBERS,
) -> dict[int, int]:
    """Join ``links`` in their order; return the least member of each household, by member.

    A link that would bring two of ``apart`` (pairs, the lesser first) together, or more than ``most``, joins
    nothing. Who is joined with nobody is not in the result.
    """
    members: dict[int, set[int]] = {}
    for left, right in links:
        one, other = members.get(left, {left}), members.get(right, {right})
        is_kept_apart = any((min(a, b), max(a, b)) in apart for a in one for b in other)
        if one is other or len(one) + len(other) > most or is_kept_apart:
            continue
        together = one | other
        members.update(dict.fromkeys(together, together))
    return {member: min(household) for member, household in members.items()}
