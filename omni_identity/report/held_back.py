"""Which rows were held back, counted by feed and reason, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_FEEDS = 5
"""Feeds that get a sentence of their own; the others are counted."""
MOST_REASONS = 3
"""Reasons that a sentence names; the others are counted."""


@dataclass(frozen=True)
class HeldBack:
    """The rows of one feed that were held back for one reason.

    ``landed_count``: all rows of the feed that were looked at; null where that is not known.
    """

    channel: str
    feed: str
    reason_code: str
    row_count: int
    landed_count: int | None = None


def describe_held_back(counts: Iterable[HeldBack]) -> list[str]:
    """A sentence for each feed, the one with the most such rows first, and one on how to mend it.

    As ``144 of 544 rows of shop/interactions held back: missing_kind.`` Nothing where nothing was held back.
    """
    by_feed: dict[tuple[str, str], list[HeldBack]] = {}
    for held in counts:
        if held.row_count > 0:
            by_feed.setdefault((held.channel, held.feed), []).append(held)
    if not by_feed:
        return []
    feeds = sorted(by_feed.values(), key=lambda of: (-_rows(of), of[0].channel, of[0].feed))
    said = [_sentence(of) for of in feeds[:MOST_FEEDS]]
    rest = feeds[MOST_FEEDS:]
    if rest:
        rows = sum(map(_rows, rest))
        said.append(f"And {_count(rows, 'row')} of {_count(len(rest), 'other feed')}.")
    channels = {channel for channel, _ in by_feed}
    only = f" --channel {channels.pop()}" if len(channels) == 1 else ""
    return [*said, f"`omni quarantine{only}` says how to mend it."]


def _sentence(held: list[HeldBack]) -> str:
    listed = sorted(held, key=lambda one: (-one.row_count, one.reason_code))
    first, landed = listed[0], listed[0].landed_count
    rows = _rows(listed)
    of_all = f"{rows:,} of {_count(landed, 'row')}" if landed else _count(rows, "row")
    if len(listed) == 1:
        why = first.reason_code
    else:
        why = ", ".join(f"{one.reason_code} {one.row_count:,}" for one in listed[:MOST_REASONS])
    others = listed[MOST_REASONS:]
    if others:
        why += f" and {_count(len(others), 'other reason')} {_rows(others):,}"
    return f"{of_all} of {first.channel}/{first.feed} held back: {why}."


def _rows(held: list[HeldBack]) -> int:
    return sum(one.row_count for one in held)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
