"""Passes sentences on seldom, so that a long step says what it is at and a short one leaves no lines."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

SECONDS = 30.0


def seldom(
    say: Callable[[str], None], clock: Callable[[], float] = monotonic
) -> Callable[[str], None]:
    """Return what passes a sentence on to ``say`` if it said nothing for half a minute; others are dropped."""
    last = clock()

    def pass_on(sentence: str) -> None:
        nonlocal last
        if clock() - last >= SECONDS:
            last = clock()
            say(sentence)

    return pass_on
