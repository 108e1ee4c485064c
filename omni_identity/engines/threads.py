"""How many threads DuckDB may use: what ``OMNI_THREADS`` says, else one for each processor."""

from __future__ import annotations

import os

from omni_identity.engines.variables import shown_value
from omni_identity.model.errors import ConfigurationError

VARIABLE = "OMNI_THREADS"
MOST = 1024


def allowed_threads() -> int | None:
    """The number that is said; None without one. Raises ``ConfigurationError`` for what is no number from 1."""
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 6 and 1 <= int(said) <= MOST):
        raise ConfigurationError(
            f"{VARIABLE}: '{shown_value(said)}' is no number of threads. Say one from 1 to {MOST}, or leave the"
            " variable out: one for each processor is used then."
        )
    return int(said)
