"""Damage: whether a file was read to its end, and when nothing of it could be taken but the reason."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from omni_identity.channels.batches import Batch
from omni_identity.channels.file_faults import FileFault

BROKEN_OFF_REASONS = ("unclosed_quote", "wrong_field_count", "invalid_json", "undecodable_bytes")
"""Reason codes of a last row that may be the place where an upload broke off."""


def require_rows(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches of a file. ``FileFault`` when all that they bring is the reason why it cannot be read."""
    row_count = 0
    for batch in batches:
        held_back = batch.quarantined
        rows = batch.accepted.height + held_back["row_number"].count() + len(batch.suppressed)
        rows += batch.passed_over.count
        row_count += rows
        if not row_count and held_back.height:
            reason_code, detail = held_back.select("reason_code", "detail").row(0)
            raise FileFault(reason_code, detail)
        yield batch


class Damage:
    """Whether a file was read to its end: no part unreadable, and not broken off in its last row."""

    def __init__(self) -> None:
        self._is_readable = True
        self._last_good = 0
        self._last_broken = 0

    def look_at(self, batch: Batch) -> None:
        """Take one batch into account, in file order."""
        held_back = batch.quarantined
        broken = held_back.filter(pl.col("reason_code").is_in(BROKEN_OFF_REASONS))
        # without a number it is no row, but the file or a part of it
        self._is_readable &= held_back["row_number"].null_count() == 0
        self._last_good = max(self._last_good, _last_row(batch.accepted), *batch.suppressed)
        self._last_broken = max(self._last_broken, _last_row(broken))

    @property
    def is_complete(self) -> bool:
        """True when nothing of the file seems to be missing."""
        return self._is_readable and self._last_good >= self._last_broken


def _last_row(rows: pl.DataFrame) -> int:
    last = rows["row_number"].max()
    return last if isinstance(last, int) else 0
