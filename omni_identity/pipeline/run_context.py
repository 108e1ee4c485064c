"""One run on one home, as every step of it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from omni_identity.channels.configuration import Configuration
from omni_identity.model.home import Home

if TYPE_CHECKING:
    # with them comes Splink, for which commands that only look something up would wait
    from omni_identity.linkage.held_levels import HeldLevels
    from omni_identity.linkage.vectors import OnProgress


def utc_now() -> datetime:
    """The time now, as all tables hold it: UTC without a zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _silent(*_: object) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class RunContext:
    """One run on one home: what is configured, which run it is, and when it began (UTC, no zone).

    ``accept_changes``: customers may merge and split beyond the bounds, and deliveries be unusual, somebody
    has looked at it. ``full_refresh``: if the run has not begun, everything is derived anew. ``on_progress``
    hears how many of how many pairs are compared, ``say`` sentences on what a long step is at, without
    personal data. ``held_levels`` are given to the training of a candidate, which does not move them.
    """

    home: Home
    configuration: Configuration
    run_id: str
    now: datetime
    accept_changes: bool = False
    full_refresh: bool = False
    on_progress: OnProgress = _silent
    say: Callable[[str], None] = _silent
    held_levels: HeldLevels = field(default_factory=dict)
