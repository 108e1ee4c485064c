"""One figure of one feed: what was counted of what, and between which values it is usual."""

from __future__ import annotations

from dataclasses import dataclass, replace

WHOLE = "*"
"""The attribute of figures that are about a feed's deliveries as a whole."""


@dataclass(frozen=True)
class Figure:
    """A figure of a feed, or of one attribute of it.

    ``value`` is null where there is nothing to measure; ``counted`` of ``total`` rows are what it is a
    share of, if it is one. ``columns`` are the source columns that ``omni.yaml`` maps to the attribute.
    ``lowest`` and ``highest`` are the values between which it is usual; null: no bound.
    """

    channel: str
    feed: str
    attribute: str
    name: str
    value: float | None
    counted: int | None = None
    total: int | None = None
    columns: str | None = None
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_unusual(self) -> bool:
        """Whether it lies outside what is usual."""
        if self.value is None:
            return False
        is_low = self.lowest is not None and self.value < self.lowest
        return is_low or (self.highest is not None and self.value > self.highest)

    def within(self, lowest: float | None, highest: float | None) -> Figure:
        """The same figure with bounds."""
        return replace(self, lowest=lowest, highest=highest)

    @classmethod
    def share(
        cls,
        place: tuple[str, str, str],
        name: str,
        counted: int,
        total: int,
        columns: str | None = None,
    ) -> Figure:
        """A share of rows; null of none. ``place``: channel, feed and attribute."""
        value = round(counted / total, 9) if total else None
        return cls(*place, name, value, counted, total, columns)
