"""Header names: a file's columns found by name, whatever blanks are in it, and those of one name told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NUMBERED = re.compile(r"(.*) \((\d+)\)", re.DOTALL)


def plain_name(name: str) -> str:
    """The name as it looks: characters that nobody sees taken out, every stretch of blanks one space, none outside."""
    return " ".join(_UNSEEN.sub("", name).split())


def find_column(name: str, header: Sequence[str]) -> int | None:
    """Where a column stands in a header of plain names; null where it does not.

    Of several of one name the first, and ``Phone (2)`` is the second ``Phone``, if none is called so.
    """
    wanted = plain_name(name)
    if wanted in header:
        return header.index(wanted)
    numbered = _NUMBERED.fullmatch(wanted)
    if numbered is None:
        return None
    places = [i for i, column in enumerate(header) if column == numbered[1]]
    number = int(numbered[2])
    return places[number - 1] if len(places) > 1 and 1 <= number <= len(places) else None


def count_columns(header: Sequence[str]) -> Counter[str]:
    """How often each name occurs in a header of plain names; those that occur more often, also by number."""
    counts = Counter(header)
    for name, count in list(counts.items()):
        for number in range(1, count + 1) if count > 1 else ():
            counts[f"{name} ({number})"] += 1
    return counts


def told_apart(name: str, count: int) -> str:
    """How columns of one name are named in ``omni.yaml``."""
    names = [f"'{name} ({number})'" for number in range(1, count + 1)]
    return f"Name {', '.join(names[:-1])} or {names[-1]}, or several of them in a list."
