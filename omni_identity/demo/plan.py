"""What a demo retailer is asked to be, and what was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

DAY_SECONDS = 86_400
BLOCK_CUSTOMERS = 25_000
"""Persons generated at a time: bounds memory, and the number of parts of a bulk delivery."""


MENDED_DAYS = 120
"""For so many days before the last delivery WhatsApp's agents have seen the desk's tickets: nobody says it again."""


class DemoError(ValueError):
    """A demo that cannot be written or removed; the message says what to do about it."""


@dataclass(frozen=True)
class DemoPlan:
    """The size and shape of a demo; equal plans give equal bytes.

    `customers` counts persons, `end` is the day of the last of `days` daily deliveries, and
    `interactions_per_customer` is an average. Raises DemoError for a plan that makes no sense.
    """

    customers: int = 3000
    seed: int = 7
    days: int = 5
    end: date = date(2026, 11, 20)
    interactions_per_customer: float = 10.0

    def __post_init__(self) -> None:
        """Refuses impossible plans."""
        if self.customers < 1:
            raise DemoError(f"a demo needs at least 1 customer, not {self.customers}")
        if self.days < 1:
            raise DemoError(f"a demo needs at least 1 day of deliveries, not {self.days}")
        if self.seed < 0:
            raise DemoError(f"the seed must be 0 or greater, not {self.seed}")
        if self.interactions_per_customer < 0:
            raise DemoError("interactions_per_customer must be 0 or greater")

    @property
    def delivery_days(self) -> list[date]:
        """The days on which channels deliver, oldest first; the first brings the history."""
        return [self.end - timedelta(days=self.days - 1 - back) for back in range(self.days)]

    @property
    def snapshot_days(self) -> list[int]:
        """Positions of the days on which the loyalty provider sends its whole list."""
        every_fourth = list(range(0, self.days, 4))
        if 1 < self.days < 5:
            every_fourth.append(self.days - 1)
        return every_fourth

    @property
    def history_ends(self) -> int:
        """UTC epoch seconds of the first delivery day's midnight."""
        return _midnight(self.delivery_days[0])

    @property
    def handoff_mended_on(self) -> date:
        """The first day on which whoever goes on from the desk in WhatsApp has not to begin anew."""
        return self.end - timedelta(days=MENDED_DAYS)

    @property
    def handoff_mended_at(self) -> int:
        """UTC epoch seconds of that day's midnight."""
        return _midnight(self.handoff_mended_on)

    @property
    def blocks(self) -> list[int]:
        """Number of persons in each block."""
        whole, rest = divmod(self.customers, BLOCK_CUSTOMERS)
        return [BLOCK_CUSTOMERS] * whole + ([rest] if rest else [])


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp())


@dataclass
class DemoSummary:
    """What a demo wrote; counts are rows in files, broken and repeated ones included."""

    customers: int = 0
    contact_rows: dict[str, int] = field(default_factory=dict)
    interaction_rows: dict[str, int] = field(default_factory=dict)
    records: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
