"""Divides work among statements, so that none holds more in memory than an engine allows at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeVar

from omni_identity.engines.base import Engine

Name = TypeVar("Name")
Range = dict[str, Any]
"""Parameters of a statement: ``low``, from where, and ``high``, below what; one that is not there is no bound."""


def in_portions(sizes: Mapping[Name, int], at_once: int | None) -> list[list[Name]]:
    """The keys of ``sizes`` in their order, in lists whose sizes are together no more than ``at_once``.

    What is larger comes alone. None: all at once.
    """
    portions: list[list[Name]] = []
    room = 0.0
    for name, size in sizes.items():
        if not portions or size > room:
            portions.append([])
            room = math.inf if at_once is None else at_once
        portions[-1].append(name)
        room -= size
    return portions


def key_ranges(engine: Engine, table: str, key: str) -> list[Range]:
    """Ranges of the column ``key`` of as many rows of ``table`` as ``engine`` makes at once, in order.

    Rows of one key stay together, even if they are more. One range without bounds has everything where
    there is no need to divide.
    """
    total = int(engine.fetch(f"select count(*) as n from {table}")["n"][0])
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


def in_range(key: str, some: Range) -> str:
    """The condition that ``key`` lies in a range, whose bounds are the statement's parameters."""
    signs = {"low": ">=", "high": "<"}
    return " and ".join(f"{key} {signs[bound]} ${bound}" for bound in some) or "true"
