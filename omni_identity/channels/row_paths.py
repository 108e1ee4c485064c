"""Row paths: where in a JSON document the rows are, and what a column's path means from one of them.

``entry.*.changes.*.value.messages.*`` leads to every element of the lists at the stars. ``^`` before a
column's path starts at the object around the row, every further ``^`` at the next one around that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

STAR = "*"
CLIMB = "^"


def row_path(value: Any) -> Any:
    """A path to lists of a document, as it is; raises ``ValueError`` with the right form for any other text."""
    if not isinstance(value, str):
        return value
    steps = value.split(".")
    if not value or any(not step for step in steps):
        raise ValueError(f"'{value}' must be keys with a dot between them, such as 'data.items.*'")
    if any(STAR in step and step != STAR for step in steps):
        raise ValueError(f"'{value}' must have each * by itself, as in 'data.items.*'")
    if steps[-1] != STAR:
        raise ValueError(
            f"'{value}' must end with a list whose elements are the rows. Did you mean '{value}.*'?"
        )
    return value


@dataclass(frozen=True)
class Place:
    """Where a column's value is: the keys that lead to it from the object of a star.

    ``level`` 0 is the document, 1 the element of the first star, and so on.
    """

    level: int
    keys: tuple[str, ...]
    name: str


def place_of(rows: str, column: str) -> Place:
    """Where the value of a column is, of rows at a path; raises ``ValueError`` for one that climbs too far."""
    name = column.lstrip(CLIMB)
    climbs = len(column) - len(name)
    steps = rows.split(".")
    if not climbs:
        return Place(steps.count(STAR), (), name)
    around = enclosing_objects(rows)
    if climbs > len(around):
        raise ValueError(
            f"'{column}' climbs {climbs} times, but there are {len(around)} objects around a row of '{rows}'"
        )
    if not name:
        raise ValueError(f"'{column}' must name a key after its {CLIMB}")
    prefix = around[climbs - 1]
    level = prefix.count(STAR)
    after = len(prefix) - 1 - prefix[::-1].index(STAR) if level else -1
    return Place(level, prefix[after + 1 :], name)


def enclosing_objects(rows: str) -> list[tuple[str, ...]]:
    """The paths of the objects around a row, the nearest first; the document, ``()``, is the last."""
    steps = tuple(rows.split("."))
    return [steps[:n] for n in range(len(steps) - 1, -1, -1) if steps[n] != STAR]


def rows_within(document: Any, rows: str) -> Iterator[tuple[list[Any], tuple[int, ...]]]:
    """Every row of a document: the objects by level (the document first, the row last), and the index at each star.

    Where a list is expected a lone object is taken for a list of one; anything else has no rows.
    """
    yield from _descend(document, rows.split("."), [document], ())


def _descend(
    value: Any, steps: list[str], levels: list[Any], indexes: tuple[int, ...]
) -> Iterator[tuple[list[Any], tuple[int, ...]]]:
    for n, step in enumerate(steps):
        if step == STAR:
            listed = [value] if isinstance(value, dict) else value
            for index, element in enumerate(listed if isinstance(listed, list) else []):
                yield from _descend(element, steps[n + 1 :], [*levels, element], (*indexes, index))
            return
        value = child(value, step)
    yield levels, indexes


def child(value: Any, key: str) -> Any:
    """What an object has under a key, or a list at a position; None where there is nothing."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None
