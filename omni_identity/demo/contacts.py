"""Contact records of all channels in their versions, and the rows of every delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo.breakage import add_lost_and_repeated, break_fields
from omni_identity.demo.capture import Habits, capture
from omni_identity.demo.gaps import mark
from omni_identity.demo.layouts import LAYOUTS, Layout
from omni_identity.demo.people import People
from omni_identity.demo.plan import DAY_SECONDS, DemoPlan
from omni_identity.demo.randomness import Draw, Ints
from omni_identity.demo.records import NO_DAY, opening_hours
from omni_identity.demo.service_contacts import (
    EMAIL_HABITS,
    SUPPORT_HABITS,
    email_contacts,
    support_contacts,
)
from omni_identity.demo.shop_contacts import APP_HABITS, WEB_HABITS, app_contacts, web_contacts
from omni_identity.demo.social_contacts import (
    INSTAGRAM_HABITS,
    WHATSAPP_HABITS,
    instagram_contacts,
    whatsapp_contacts,
)
from omni_identity.demo.store_contacts import (
    LOYALTY_HABITS,
    TILL_HABITS,
    loyalty_contacts,
    till_contacts,
)

_CHANNELS: dict[str, tuple[Callable[[Draw, pl.DataFrame], pl.DataFrame], Habits]] = {
    "web": (web_contacts, WEB_HABITS),
    "app": (app_contacts, APP_HABITS),
    "till": (till_contacts, TILL_HABITS),
    "support": (support_contacts, SUPPORT_HABITS),
    "email": (email_contacts, EMAIL_HABITS),
    "loyalty": (loyalty_contacts, LOYALTY_HABITS),
    "whatsapp": (whatsapp_contacts, WHATSAPP_HABITS),
    "instagram": (instagram_contacts, INSTAGRAM_HABITS),
}
_CONSENTS = {
    "newsletter": "newsletter_at",
    "push_consent": "push_consent_at",
    "opt_in": "opt_in_at",
}


@dataclass
class ChannelRecords:
    """One channel's records of a block: first version, later version of those that change."""

    layout: Layout
    records: pl.DataFrame
    first: pl.DataFrame
    changed_rows: Ints
    later: pl.DataFrame

    @property
    def causes(self) -> pl.Series:
        """The main difficulty of each record."""
        return self.first["cause"]


def record_contacts(
    plan: DemoPlan, block: int, people: People, name: str, records: pl.DataFrame
) -> ChannelRecords:
    """All versions of a channel's records in the channel's own columns (and `cause`)."""
    layout = LAYOUTS[name]
    draw = Draw(plan.seed, block, "contacts", name)
    if layout.timezone != "UTC":
        records = records.with_columns(
            pl.Series("created", opening_hours(draw, records["created"].to_numpy()))
        )
    first = _version(draw, people, name, records, records["created"].to_numpy())
    first = break_fields(draw, layout, first)
    rows = np.flatnonzero(records["changed_day"].to_numpy() < NO_DAY).astype(np.int64)
    changed = records[rows]
    at = _during(draw, plan, layout, changed["changed_day"].to_numpy())
    entered = _version(draw, people, name, changed.with_columns(again=pl.lit(False)), at)
    return ChannelRecords(layout, records, first, rows, _amend(draw, layout, first[rows], entered))


def _during(draw: Draw, plan: DemoPlan, layout: Layout, day: Ints) -> Ints:
    """Moments of the day before a delivery, when the shops are open where it is shops."""
    at = plan.history_ends + day * DAY_SECONDS - 1 - draw.whole(0, DAY_SECONDS - 60, len(day))
    return opening_hours(draw, at) if layout.timezone != "UTC" else at


def _version(
    draw: Draw, people: People, name: str, records: pl.DataFrame, at: Ints
) -> pl.DataFrame:
    render, habits = _CHANNELS[name]
    layout = LAYOUTS[name]
    caught = capture(draw, people, records["person"].to_numpy(), at, habits)
    caught = caught.hstack([records["guest"], records["again"]])
    frame = render(draw, caught).with_columns(mark(records["again"], "duplicate"))
    stamps = [
        _write_time(layout, at).alias(layout.updated),
        records["record_id"].alias(layout.record_id),
    ]
    if layout.created:
        stamps.append(_write_time(layout, records["created"].to_numpy()).alias(layout.created))
    frame = frame.with_columns(stamps)
    return frame.with_columns(
        pl.when(pl.col(consent).is_not_null()).then(pl.col(layout.updated)).alias(moment)
        for consent, moment in _CONSENTS.items()
        if consent in frame.columns
    )


def _write_time(layout: Layout, at: Ints) -> pl.Series:
    moments = pl.Series(at * 1000).cast(pl.Datetime("ms"))
    if layout.suffix == ".parquet":
        return moments
    local = moments.dt.replace_time_zone("UTC").dt.convert_time_zone(layout.timezone)
    return local.dt.strftime(layout.time_format)


def _amend(draw: Draw, layout: Layout, before: pl.DataFrame, entered: pl.DataFrame) -> pl.DataFrame:
    """A few fields filled in anew, an address as a whole; what was known is not lost."""
    n = len(before)
    address = pl.Series(draw.chance(0.3, n))
    kept = (layout.record_id, layout.created, "cause", *_CONSENTS.values())
    columns = []
    for column in before.columns:
        fresh = address if column in layout.address else pl.Series(draw.chance(0.3, n))
        if column == layout.updated:
            columns.append(entered[column])
        elif column in kept:
            columns.append(before[column])
        else:
            taken = fresh & entered[column].is_not_null()
            columns.append(
                pl.select(
                    pl.when(taken).then(entered[column]).otherwise(before[column]).alias(column)
                ).to_series()
            )
    return pl.DataFrame(columns)


def delivery(plan: DemoPlan, block: int, kept: ChannelRecords, day: int) -> pl.DataFrame:
    """The rows that a delta channel delivers on a day: new, changed and deleted records."""
    draw = Draw(plan.seed, block, "delivery", kept.layout.record_id, day)
    records, layout = kept.records, kept.layout
    fresh = kept.first.filter(records["day"] == day)
    amended = kept.later.filter(records["changed_day"].gather(kept.changed_rows) == day)
    gone = np.flatnonzero(records["deleted_day"].to_numpy() == day).astype(np.int64)
    parts = [fresh, amended]
    if layout.deleted:
        latest = _as_of(kept, day)[gone]
        at = _during(draw, plan, layout, np.full(len(gone), day, dtype=np.int64))
        parts.append(latest.with_columns(_write_time(layout, at).alias(layout.updated)))
        flags = [False] * (len(fresh) + len(amended)) + [True] * len(gone)
        frame = pl.concat(parts).with_columns(_flag(layout, flags))
    else:
        frame = pl.concat(parts)
    frame = add_lost_and_repeated(draw, layout, frame.select(layout.columns))
    return frame[draw.order(len(frame))]


def _flag(layout: Layout, flags: list[bool]) -> pl.Series:
    """Deletion in the channel's words; JSON has its own."""
    if layout.suffix == ".jsonl":
        return pl.Series(layout.deleted, flags, dtype=pl.Boolean)
    yes, no = layout.deleted_words
    return pl.Series(layout.deleted, [yes if flag else no for flag in flags], dtype=pl.String)


def _as_of(kept: ChannelRecords, day: int) -> pl.DataFrame:
    """The newest version of every record on a day."""
    index = np.arange(len(kept.first), dtype=np.int64)
    done = kept.records["changed_day"].to_numpy()[kept.changed_rows] <= day
    index[kept.changed_rows[done]] = len(kept.first) + np.flatnonzero(done)
    return pl.concat([kept.first, kept.later])[index]


def snapshot(plan: DemoPlan, block: int, kept: ChannelRecords, day: int) -> pl.DataFrame:
    """All rows that a snapshot channel holds on a day; what was deleted is simply absent."""
    draw = Draw(plan.seed, block, "snapshot", kept.layout.record_id, day)
    records = kept.records
    there = (records["day"] <= day) & (records["deleted_day"] > day)
    frame = _as_of(kept, day).filter(there)
    return frame[draw.order(len(frame))].select(kept.layout.columns)
