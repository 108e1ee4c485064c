"""Says before pairs are listed and scored how much memory and disk that takes, and whether there is room."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.model.errors import RunFailed

PAIR_ON_DISK = 160
"""Bytes: a pair as candidate (16), as vector (30), scored anew (44), kept (44), and a quarter for gaps.

From the sizes of these tables, 13 comparisons and 5.7 million pairs of 326,000 records."""
LISTED_PAIR = 32
"""Bytes of a pair while it is found by several rules and made one."""
PAIR_AT_WORK = 600
"""Bytes of a pair while Splink compares it: both records' columns, levels, frequencies."""
RECORD_AT_WORK = 1_000
"""Bytes of a record that pairs are looked up in, on either side."""


@dataclass(frozen=True)
class ScoringEstimate:
    """What scoring is expected to take. ``memory_bytes`` beyond what the engine may use goes to disk."""

    record_count: int
    pair_count: int
    memory_bytes: int
    disk_bytes: int


def estimate_scoring(records: int, pairs: int, pairs_at_once: int | None) -> ScoringEstimate:
    """Estimate for at most ``pairs`` candidate pairs of ``records``, compared so many at once (None: all)."""
    at_work = pairs if pairs_at_once is None else min(pairs, pairs_at_once)
    looked_up = 2 * min(records, 2 * at_work)
    comparing = PAIR_AT_WORK * at_work + RECORD_AT_WORK * looked_up
    memory = max(comparing, LISTED_PAIR * pairs)
    return ScoringEstimate(records, pairs, memory, PAIR_ON_DISK * pairs + memory)


def require_room(estimate: ScoringEstimate, free_bytes: int, pairs_per_record: float) -> None:
    """Raise ``RunFailed``, with the ways out, where the disk has less than scoring is expected to take."""
    if estimate.disk_bytes <= free_bytes:
        return
    raise RunFailed(
        f"Up to {estimate.pair_count:,} candidate pairs of {estimate.record_count:,} records may need"
        f" {_gibibytes(estimate.disk_bytes)} on the disk of the home's warehouse/, which has"
        f" {_gibibytes(free_bytes)} left. Make room, move the home to a larger disk, or lower"
        f" linkage.pairs_per_record in omni.yaml (now {pairs_per_record:g})."
    )


def _gibibytes(number: int) -> str:
    return f"{number / 2**30:,.1f} GiB"
