"""Values of environment variables as messages show them."""

from __future__ import annotations

_MOST_CHARACTERS = 40


def shown_value(said: str) -> str:
    """The value itself; where it is long, or has what a terminal would obey, words for it."""
    return said if len(said) <= _MOST_CHARACTERS and said.isprintable() else "what it says"
