"""Text that others wrote, made harmless to a terminal: what it would obey is shown instead."""

from __future__ import annotations

import re

_OBEYED = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls: colours, titles, the clipboard
    r"\u2028\u2029\u202a-\u202e\u2066-\u2069"  # other line ends, and what turns the direction of text
    r"\ud800-\udfff\U000e0000-\U000e007f"  # half characters, and letters that nobody sees
)
_HOSTILE = re.compile(f"[{_OBEYED}]+")
_HOSTILE_IN_LINE = re.compile(rf"[{_OBEYED}\t\n]+")


def visible(value: object) -> str:
    """``value`` as text on one line, its control characters as ``\\x1b``: for values within a line or a cell."""
    return _HOSTILE_IN_LINE.sub(_escaped, str(value))


def without_controls(text: str) -> str:
    """``text``, tabs and line ends as they are, every other control character as ``\\x1b``."""
    return _HOSTILE.sub(_escaped, text)


def has_controls(text: str) -> bool:
    """Whether ``text`` has a character beside tabs and line ends that no text has."""
    return _HOSTILE.search(text) is not None


def control_spans(text: str) -> list[tuple[int, int]]:
    """Where the characters stand that :func:`without_controls` would write otherwise."""
    return [found.span() for found in _HOSTILE.finditer(text)]


def _escaped(found: re.Match[str]) -> str:
    codes = map(ord, found[0])
    return "".join(
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
        for code in codes
    )
