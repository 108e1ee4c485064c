"""Date order of a file: declared, or found in its dates, or the habit of its country."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.configuration import DateOrder
from omni_identity.channels.timestamps import order_of_dates

_MONTH_FIRST = frozenset({"US", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI"})


class FileDateOrder:
    """Knows how one file writes 03/04/2024.

    The first batch with a date that leaves no choice (13/04, 04/13) decides for the rest of the
    file, so the result depends on the file alone. Until then the country's habit holds: month
    first in the United States and where its habits are kept, else day first.
    """

    def __init__(self, declared: DateOrder | None, country: str | None) -> None:
        self._known = declared
        self._habit: DateOrder = "mdy" if country in _MONTH_FIRST else "dmy"

    def of(self, texts: pl.Series) -> DateOrder:
        """The order for these texts, the next of the file."""
        self._known = self._known or order_of_dates(texts)
        return self._known or self._habit
