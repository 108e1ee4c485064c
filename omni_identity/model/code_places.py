"""Where in our code an exception was raised: what can be said of one whose text may quote a person's data."""

from __future__ import annotations

import traceback
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def code_places(error: BaseException) -> str:
    """``linkage/scoring.py:31 < pipeline/steps/scores.py:12``: every frame of this package, innermost first."""
    places = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(PACKAGE):
            places.append(f"{path.relative_to(PACKAGE).as_posix()}:{frame.lineno}")
    return " < ".join(reversed(places)) or "an unknown place"
