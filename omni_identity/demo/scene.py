"""The stage on which interactions happen: who has which record, when, and event frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

import numpy as np
import polars as pl

from omni_identity.demo.contacts import ChannelRecords
from omni_identity.demo.people import People
from omni_identity.demo.plan import DAY_SECONDS, DemoPlan
from omni_identity.demo.randomness import Draw, Flags, Floats, Ints, pick, scramble
from omni_identity.demo.records import Serials

HISTORY_DAYS = 400
_HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 15, 16, 14, 13, 13, 14, 16, 18, 20, 19, 15, 8, 3)
_STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 11, 13, 15, 14, 12, 12, 14, 17, 18, 14, 8, 0, 0, 0)
_MONTHS = (0.8, 0.78, 0.9, 0.95, 1.0, 0.97, 0.9, 0.95, 1.0, 1.05, 1.5, 1.75)
_WEEKDAYS = (0.92, 0.9, 0.93, 1.0, 1.2, 1.3, 1.1)
NO_ONE = -1
"""The person behind an event of a device that nobody ever identified."""


@dataclass
class Scene:
    """A block's records and the running numbers of its events; events gather by channel."""

    plan: DemoPlan
    block: int
    people: People
    kept: dict[str, ChannelRecords]
    serials: Serials
    events: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    lines: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    """Of each channel, the lines of its carts, orders and returns."""
    last_order: pl.Series | None = None
    """The newest order number of every person, null for those who never ordered."""
    last_thread: pl.Series | None = None
    """The thread of that order."""

    @property
    def until(self) -> int:
        """UTC epoch seconds: what happens later is not delivered any more."""
        return self.plan.history_ends + (self.plan.days - 1) * DAY_SECONDS

    def budget(self, share: float) -> int:
        """Number of events that a share of the plan's interactions makes."""
        return int(self.plan.blocks[self.block] * self.plan.interactions_per_customer * share)

    def record_of(self, channel: str, person: Ints) -> pl.Series:
        """A record ID of each person in a channel, null where it has none."""
        records = self.kept[channel].records
        row = np.full(len(self.people.frame) + 1, -1, dtype=np.int64)
        row[records["person"].to_numpy()] = np.arange(len(records))
        return take(records["record_id"], row[person])

    def add(self, channel: str, kind: str, person: Ints, at: Ints, **facts: pl.Series) -> pl.Series:
        """Adds events with their facts, drops those after the end; returns all their IDs.

        The fact ``thread`` is for the truth alone: no channel delivers it.
        """
        ids = event_ids(self.plan, channel, self.serials.take(f"{channel} events", len(at)))
        frame = pl.DataFrame(
            {
                "interaction_id": ids,
                "kind": pl.Series([kind]).gather(np.zeros(len(at), dtype=np.int64)),
                "at": at,
                "person": person,
                **facts,
            }
        )
        self.events.setdefault(channel, []).append(frame.filter(pl.col("at") < self.until))
        return ids


def take(words: pl.Series, rows: Ints) -> pl.Series:
    """Words at rows; null where a row is negative."""
    if not len(words):
        return pl.Series([None], dtype=pl.String).gather(np.zeros(len(rows), dtype=np.int64))
    return keep(rows >= 0, words.gather(np.maximum(rows, 0)))


def keep(condition: Flags, values: pl.Series) -> pl.Series:
    """Values where the condition holds, else null."""
    return pl.select(pl.when(pl.Series(condition)).then(values)).to_series()


def event_ids(plan: DemoPlan, channel: str, numbers: Ints) -> pl.Series:
    """The channel's style of interaction ID for running numbers."""
    shuffled = scramble(numbers, plan.seed, f"{channel} events", 40)
    text = pl.DataFrame({"d": shuffled + 10**12}).select(
        pl.lit({"web": "e", "app": "a", "till": "", "support": "C"}.get(channel, "m"))
        + pl.col("d").cast(pl.String)
    )
    return text.to_series()


def serial_words(scene: Scene, name: str, prefix: str, n: int) -> pl.Series:
    """n new order, cart, ticket or conversation numbers."""
    numbers = scramble(scene.serials.take(name, n), scene.plan.seed, name, 36) + 10**11
    return (
        pl.DataFrame({"d": numbers})
        .select(pl.lit(prefix) + pl.col("d").cast(pl.String))
        .to_series()
    )


def moments(draw: Draw, scene: Scene, not_before: Ints, *, in_store: bool = False) -> Ints:
    """Seasonal UTC epoch seconds, never before the given ones (which are before the end)."""
    n = len(not_before)
    days = HISTORY_DAYS + scene.plan.days - 1
    first = scene.until // DAY_SECONDS - days
    hours = np.cumsum(np.asarray(_STORE_HOURS if in_store else _HOURS, dtype=np.float64))
    day = first + pick(_day_weights(first, days), draw.unit(n))
    hour = pick(hours, draw.unit(n))
    # Five hours: the retailer lives by New York's winter time.
    at = day * DAY_SECONDS + (hour + 5) * 3600 + draw.whole(0, 3600, n)
    late = not_before + (draw.unit(n) * np.maximum(scene.until - not_before, 1)).astype(np.int64)
    return np.where(at < not_before, late, at).astype(np.int64)


def _day_weights(first: int, days: int) -> Floats:
    dates = [datetime.fromtimestamp((first + at) * DAY_SECONDS, timezone.utc) for at in range(days)]
    weights = [_MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] for day in dates]
    return np.cumsum(np.asarray(weights, dtype=np.float64))


def choose_records(draw: Draw, kept: ChannelRecords, n: int) -> Ints:
    """n records, the few loyal ones often, the others now and then."""
    count = len(kept.records)
    if not count:
        return np.empty(0, dtype=np.int64)
    order = draw.order(count)
    return order[(draw.unit(n) ** 1.8 * count).astype(np.int64)]


def currencies(draw: Draw, n: int) -> pl.Series:
    """US dollars, a few others."""
    return draw.words({"USD": 955.0, "CAD": 28.0, "EUR": 17.0}, n)


def prices(draw: Draw, items: Ints) -> pl.Series:
    """Amounts in units of money for so many items each."""
    amount = np.round(draw.rng.lognormal(3.2, 0.75, len(items)) * items, 2)
    return pl.Series(np.maximum(amount, 0.99))
