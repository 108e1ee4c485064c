"""Header guess: which of a file's first lines names its columns, where nobody has said what they are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from omni_identity.discovery.column_names import meaning_of_name

MOST_LINES = 50
_NO_NAME = re.compile(r"^[\s\d.,:;/+\-€$£%()]*$|@|^\d{4}-\d\d-\d\d|^https?:")


def guess_header(lines: Sequence[Sequence[str]]) -> int:
    """Which of these lines (their fields) is the header; 0 where none looks more like one.

    A header is as wide as the rows after it, all of it is filled and different, it has no numbers, addresses
    or dates, and its words are those of columns.
    """
    lines = lines[:MOST_LINES]
    width = _usual_width(lines)
    scores = [_score(lines, i, width) for i in range(len(lines))]
    best = max(range(len(lines)), key=lambda i: (scores[i], -i), default=0)
    return best if scores and scores[best] > 0 else 0


def _usual_width(lines: Sequence[Sequence[str]]) -> int:
    """How many fields most of the wider lines have."""
    widths = [_filled_to(line) for line in lines]
    widest = max(widths, default=0)
    return widest if widths.count(widest) > 1 or len(lines) < 3 else sorted(widths)[-2]


def _filled_to(line: Sequence[str]) -> int:
    """The number of fields up to the last that is not blank."""
    return max((i + 1 for i, field in enumerate(line) if field.strip()), default=0)


def _score(lines: Sequence[Sequence[str]], place: int, width: int) -> float:
    line = [field.strip() for field in lines[place]][: max(width, 1)]
    names = [field for field in line if field]
    if not names or (width > 1 and len(names) < 2):
        return 0.0
    filled = len(names) / max(width, 1)
    different = len({name.casefold() for name in names}) / len(names)
    wordy = sum(_NO_NAME.search(name) is None and len(name) <= 60 for name in names) / len(names)
    known = sum(bool(meaning_of_name(name).meanings) for name in names) / len(names)
    if filled < 0.5 or wordy < 0.6:
        return 0.0
    return filled + different + wordy + 2 * known - 0.01 * place
