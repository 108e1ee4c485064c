"""Households: who lives with whom, and in which role."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omni_identity.demo.randomness import Draw, Flags, Ints

SINGLE, COUPLE, FAMILY, LONE_PARENT, FLATMATES, THREE_GENERATIONS = range(6)
HEAD, PARTNER, CHILD, FLATMATE, GRANDPARENT = range(5)
_SHARES = (0.34, 0.24, 0.25, 0.06, 0.08, 0.03)


@dataclass(frozen=True)
class Households:
    """A block of households; the first three arrays have a row a household, the others a person."""

    kind: Ints
    size: Ints
    start: Ints
    member_of: Ints
    role: Ints
    female: Flags
    birth_year: Ints
    """Year of birth, plausible for the role."""


def form_households(draw: Draw, persons: int, year: int) -> Households:
    """Households of exactly `persons` members in all, as of `year`."""
    kind = draw.index(_SHARES, persons)
    children = draw.index([0.5, 0.36, 0.14], persons) + 1
    mates = draw.index([0.6, 0.3, 0.1], persons) + 2
    size = np.select(
        [kind == SINGLE, kind == COUPLE, kind == FAMILY, kind == LONE_PARENT, kind == FLATMATES],
        [1, 2, 2 + children, 1 + children, mates],
        3 + children,
    ).astype(np.int64)
    count = int(np.searchsorted(np.cumsum(size), persons)) + 1
    kind, size = kind[:count], size[:count]
    size[-1] -= int(size.sum()) - persons
    start = np.cumsum(size) - size
    member_of = np.repeat(np.arange(count, dtype=np.int64), size)
    place = np.arange(persons, dtype=np.int64) - start[member_of]
    role = _roles(kind[member_of], place, size[member_of])
    female = _sexes(draw, role, member_of, start)
    return Households(
        kind, size, start, member_of, role, female, _years(draw, role, kind, member_of, year)
    )


def _roles(kind: Ints, place: Ints, size: Ints) -> Ints:
    pair = np.isin(kind, (COUPLE, FAMILY, THREE_GENERATIONS))
    grand = (kind == THREE_GENERATIONS) & (place == size - 1) & (place >= 2)
    return np.select(
        [kind == FLATMATES, place == 0, grand, pair & (place == 1)],
        [FLATMATE, HEAD, GRANDPARENT, PARTNER],
        CHILD,
    ).astype(np.int64)


def _sexes(draw: Draw, role: Ints, member_of: Ints, start: Ints) -> Flags:
    female = draw.chance(0.5, len(role))
    head_female = female[start[member_of]]
    same = draw.chance(0.05, len(role))
    return np.where(role == PARTNER, head_female == same, female)


def _years(draw: Draw, role: Ints, kind: Ints, member_of: Ints, year: int) -> Ints:
    """Ages: parents of customers are 40 to 70, children that shop are 14 and older."""
    n, households = len(role), len(kind)
    free = draw.whole(19, 86, households) - draw.whole(0, 8, households) * draw.chance(
        0.4, households
    )
    parents = np.isin(kind, (FAMILY, LONE_PARENT, THREE_GENERATIONS))
    head = np.where(parents, draw.whole(38, 68, households), np.maximum(free, 18))
    mine = head[member_of]
    child = np.maximum(14, mine - draw.whole(20, 40, n))
    grandparent = mine + draw.whole(20, 34, n)
    mate = draw.whole(19, 36, n)
    partner = np.maximum(18, mine + draw.whole(-6, 7, n))
    age = np.select(
        [role == HEAD, role == PARTNER, role == CHILD, role == FLATMATE],
        [mine, partner, child, mate],
        grandparent,
    )
    return (year - age).astype(np.int64)
