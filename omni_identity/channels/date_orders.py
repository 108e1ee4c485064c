"""Date order of a file: declared, or found in its dates, or the habit of its country."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.feeds import DateOrder
from omni_identity.channels.timestamps import (
    are_local_times_unsure,
    orders_of_dates,
    parse_timestamps,
)

MONTH_FIRST = frozenset(["US", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI", "AS", "BZ"])
"""Countries (ISO-2) in which most people write 03/04 for the fourth of March."""


class FileDateOrder:
    """Knows how one file writes 03/04/2024, and 03.04.2024.

    The first batch with a date that leaves no choice (13/04, 04/13) decides for the rest of the
    file, so the result depends on the file alone. Until then the country's habit holds: month
    first in the United States and where its habits are kept, else day first. Dates with dots have
    the day first in any country, unless a date with dots that leaves no choice says otherwise.
    What is declared holds for both.
    """

    def __init__(self, declared: DateOrder | None, country: str | None) -> None:
        self._known = self._dotted = declared
        self._habit: DateOrder = "mdy" if country in MONTH_FIRST else "dmy"

    def of(self, texts: pl.Series) -> DateOrder:
        """The order for these texts, the next of the file."""
        if self._known is None or self._dotted is None:
            known, dotted = orders_of_dates(texts)
            self._known, self._dotted = self._known or known, self._dotted or dotted
        return self._known or self._habit

    def times(self, texts: pl.Series, timezone: str) -> pl.Series:
        """The times that these texts, the next of the file, mean (see ``parse_timestamps``)."""
        return parse_timestamps(texts, timezone, self.of(texts), self._dotted or "dmy")

    def are_unsure(self, texts: pl.Series, times: pl.Series, timezone: str) -> pl.Series:
        """Which of ``texts``, just read as ``times``, name an hour that a clock change repeats or skips."""
        order = self._known or self._habit
        return are_local_times_unsure(texts, times, timezone, order, self._dotted or "dmy")
