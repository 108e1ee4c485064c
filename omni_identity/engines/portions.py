"""Divides many similar queries among statements, so that none holds more in memory than an engine allows at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

Name = TypeVar("Name")


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
