"""JSON pointers: to a key of a name as it stands, and along a dotted path."""

from __future__ import annotations

from collections.abc import Iterable


def flat_pointer(name: str) -> str:
    """JSON pointer to a key of that very name."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def nested_pointer(name: str) -> str:
    """JSON pointer along a dotted path; a number is a position in a list, from 0."""
    return flat_pointer(name).replace(".", "/")


def step_pointer(keys: Iterable[str]) -> str:
    """JSON pointer through these keys, one inside the other; empty without any."""
    return "".join(flat_pointer(key) for key in keys)
