"""Which persons each channel knows, since when, under which record ID, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from omni_identity.demo.plan import DAY_SECONDS, DemoPlan
from omni_identity.demo.randomness import Draw, Flags, Ints, scramble

NO_DAY = 2**31
"""A delivery day that never comes."""


@dataclass(frozen=True)
class Reach:
    """How a channel collects its customers."""

    share: float
    """Of persons, on average; the busy are in more channels."""
    again: float
    """Share of records whose person has another one in the same channel."""
    guests: float = 0.0
    """Share of records made in a hurry, with next to nothing in them."""
    drops: float = 0.0015
    """Share of records that the channel deletes, a day."""


REACH = {
    "web": Reach(0.56, 0.035, guests=0.15),
    "app": Reach(0.27, 0.02),
    "till": Reach(0.5, 0.14, guests=0.07),
    "support": Reach(0.25, 0.06),
    "email": Reach(0.34, 0.03),
    "loyalty": Reach(0.33, 0.03, drops=0.002),
    "whatsapp": Reach(0.13, 0.01, drops=0.0),
    "instagram": Reach(0.13, 0.015, drops=0.0),
}
_NEW = 0.006
_CHANGED = 0.009


@dataclass
class Serials:
    """Running numbers per channel, over all blocks."""

    next: dict[str, int] = field(default_factory=dict)

    def take(self, name: str, n: int) -> Ints:
        """The next n numbers of a series."""
        start = self.next.get(name, 0)
        self.next[name] = start + n
        return np.arange(start, start + n, dtype=np.int64)


def enrol(
    plan: DemoPlan, block: int, frame: pl.DataFrame, serials: Serials
) -> dict[str, pl.DataFrame]:
    """Records by channel: person (row of the block), record_id, created (UTC epoch seconds),
    guest, again, and the positions of the days of first delivery, of a change and of deletion."""
    n = len(frame)
    draw = Draw(plan.seed, block, "enrol")
    busy = np.clip(draw.rng.lognormal(-0.18, 0.6, n), 0.1, 3.0)
    known = {name: draw.chance(_damp(reach.share * busy), n) for name, reach in REACH.items()}
    known["email"] &= frame["email_a"].is_not_null().to_numpy()
    known["whatsapp"] &= frame["mobile_a"].is_not_null().to_numpy()
    known["instagram"] &= frame["handle"].is_not_null().to_numpy()
    nowhere = ~np.any(list(known.values()), axis=0)
    online = draw.chance(0.55, n)
    known["web"] |= nowhere & online
    known["till"] |= nowhere & ~online
    return {name: _records(plan, block, name, flags, serials) for name, flags in known.items()}


def _damp(
    share: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Keeps shares below 1 with hardly a change to small ones."""
    return np.minimum(share * 1.06, 0.96)


def _records(plan: DemoPlan, block: int, name: str, known: Flags, serials: Serials) -> pl.DataFrame:
    draw, reach = Draw(plan.seed, block, "records", name), REACH[name]
    once = np.flatnonzero(known)
    twice = once[draw.chance(reach.again, len(once))]
    thrice = twice[draw.chance(0.3, len(twice))]
    person = np.concatenate([once, twice, thrice]).astype(np.int64)
    n = len(person)
    again = np.arange(n) >= len(once)
    day = np.where(draw.chance(_NEW * (plan.days - 1), n), _later_day(draw, plan, n), 0)
    span = 4 * 365 * DAY_SECONDS
    old = plan.history_ends - 60 - (draw.unit(n) ** 1.4 * span).astype(np.int64)
    fresh = plan.history_ends + day * DAY_SECONDS - 1 - draw.whole(0, DAY_SECONDS - 60, n)
    changed = draw.chance(_CHANGED * (plan.days - 1), n)
    changed_day = np.where(changed, _later_day(draw, plan, n), NO_DAY)
    dropped = draw.chance(reach.drops * (plan.days - 1), n)
    deleted_day = np.where(dropped, _later_day(draw, plan, n), NO_DAY)
    changed_day = np.where((changed_day > day) & (changed_day < deleted_day), changed_day, NO_DAY)
    return pl.DataFrame(
        {
            "person": person,
            "record_id": record_ids(plan, name, serials.take(name, n)),
            "created": np.where(day == 0, old, fresh),
            "guest": draw.chance(reach.guests, n),
            "again": again,
            "day": day,
            "changed_day": changed_day,
            "deleted_day": np.where(deleted_day > day, deleted_day, NO_DAY),
        }
    )


def _later_day(draw: Draw, plan: DemoPlan, n: int) -> Ints:
    return draw.whole(1, max(plan.days, 2), n)


def opening_hours(draw: Draw, at: Ints) -> Ints:
    """Moments of the same UTC days between nine and seven of New York."""
    day = at // DAY_SECONDS * DAY_SECONDS
    return day + draw.whole(14 * 3600, 24 * 3600 - 60, len(at))


def record_ids(plan: DemoPlan, name: str, numbers: Ints) -> pl.Series:
    """The channel's style of record ID for its running numbers."""
    shuffled = scramble(numbers, plan.seed, f"{name} records")
    if name in ("app", "instagram"):
        wide = scramble(shuffled + 1_000_000_000, plan.seed, f"{name} wide", 52)
        if name == "instagram":
            return pl.Series(wide + 10**16).cast(pl.String)
        text = wide.astype(">u8").tobytes().hex().encode()
        return pl.Series(np.frombuffer(text, dtype="S16").astype("U16")).str.slice(3)
    digits = pl.Series(shuffled + 100_000_000).cast(pl.String)
    prefix = {"till": "T-", "support": "K", "email": "sub_", "loyalty": "R", "whatsapp": "wa."}.get(
        name, ""
    )
    return pl.DataFrame({"d": digits}).select(pl.lit(prefix) + pl.col("d")).to_series()
