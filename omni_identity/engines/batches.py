"""Divides work among statements, so that none holds more in memory than an engine allows at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import Any, TypeVar

from omni_identity.engines.base import Engine, count_rows

Name = TypeVar("Name")
Range = dict[str, Any]
"""Parameters of a statement: ``low``, from where, and ``high``, below what; one that is not there is no bound."""


def in_batches(sizes: Mapping[Name, int], at_once: int | None) -> list[list[Name]]:
    """The keys of ``sizes`` in their order, in lists whose sizes are together no more than ``at_once``.

    What is larger comes alone. None: all at once.
    """
    batches: list[list[Name]] = []
    room = 0.0
    for name, size in sizes.items():
        if not batches or size > room:
            batches.append([])
            room = math.inf if at_once is None else at_once
        batches[-1].append(name)
        room -= size
    return batches


def key_ranges(engine: Engine, table: str, key: str) -> list[Range]:
    """Ranges of the column ``key`` of as many rows of ``table`` as ``engine`` makes at once, in order.

    Rows of one key stay together, even if they are more. One range without bounds has everything where
    there is no need to divide.
    """
    total = count_rows(engine, table)
    if engine.rows_at_once is None or total <= engine.rows_at_once:
        return [{}]
    found = engine.fetch(
        f"""
        select min({key}) as low from (
            select {key}, (sum(n) over (order by {key}) - 1) // $at_once as part
            from (select {key}, count(*) as n from {table} group by {key})
        ) group by part order by low
        """,
        {"at_once": engine.rows_at_once},
    )["low"].to_list()
    bounds = [None, *found[1:], None]
    return [
        {name: bound for name, bound in (("low", low), ("high", high)) if bound is not None}
        for low, high in pairwise(bounds)
    ]


def square_ranges(engine: Engine, table: str, left: str, right: str) -> list[tuple[str, Range]]:
    """Conditions, with their parameters, that divide ``table`` by two columns of numbers that point to rows of
    one other table: each has as many rows as ``engine`` makes at once, and few of what they point to.

    Divided by one column alone, every part would point to most of the other table. Numbers start near
    0 and leave few out.
    """
    total, numbers = engine.fetch(
        f"select count(*) as n, max(greatest({left}, {right})) + 1 as numbers from {table}"
    ).row(0)
    at_once = engine.rows_at_once
    if at_once is None or total <= at_once:
        return [("true", {})]
    strips = math.isqrt(2 * math.ceil(total / at_once))
    width = math.ceil(numbers / strips)
    squares = engine.fetch(
        f"select {left} // {width} as x, {right} // {width} as y, count(*) as n from {table}"
        " group by all order by all"
    )
    parts = []
    for x, column in groupby(squares.iter_rows(), key=lambda square: square[0]):
        for ys in in_batches({y: n for _, y, n in column}, at_once):
            bounds = f"{left} >= {x * width} and {left} < {(x + 1) * width}"
            bounds += f" and {right} >= {ys[0] * width} and {right} < {(ys[-1] + 1) * width}"
            for some in key_ranges(engine, f"(select {left} from {table} where {bounds})", left):
                parts.append((f"{bounds} and {in_range(left, some)}", some))
    return parts


def in_range(key: str, some: Range) -> str:
    """The condition that ``key`` lies in a range, whose bounds are the statement's parameters."""
    signs = {"low": ">=", "high": "<"}
    return " and ".join(f"{key} {signs[bound]} ${bound}" for bound in some) or "true"
