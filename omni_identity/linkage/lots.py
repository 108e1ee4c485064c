"""Draws lots in SQL: a number that looks random, from whole numbers and a seed, the same on every engine."""

from __future__ import annotations

import hashlib
from itertools import count

PRIME = 2**31 - 1
"""Lots are numbers below it. A product of two of them is a whole number of 64 bits."""


def lot(seed: int, *numbers: str) -> str:
    """SQL for the lot of one or two columns of whole numbers from 0 on; null if one of them is null.

    Engines have hash functions of their own, which differ from each other and may from version to version.
    This is arithmetic: a linear hash over the field of ``PRIME`` (Carter and Wegman 1979), whose fifth power
    hides that it is linear, and keeps lots as many as they were, 5 having no factor in common with
    ``PRIME - 1``.
    """
    assert len(numbers) in (1, 2), "the sum of more products may be more than 64 bits hold"
    factors = (_factor(seed, place) for place in count())
    linear = " + ".join(f"({number})::bigint % {PRIME} * {next(factors)}" for number in numbers)
    hashed = f"(({linear}) % {PRIME} + {next(factors)}) % {PRIME}"
    square = f"({hashed}) * ({hashed}) % {PRIME}"
    fourth = f"({square}) * ({square}) % {PRIME}"
    return f"(({fourth}) * ({hashed}) % {PRIME})"


def share(part: int, whole: int) -> int:
    """The number below which a lot is with the chance ``part / whole``."""
    return part * PRIME // whole


def _factor(seed: int, place: int) -> int:
    digest = hashlib.sha256(f"{seed}:{place}".encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (PRIME - 1)
