"""Findings: what is wrong or doubtful in a configuration and its files, as sentences without anybody's value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["fails", "doubtful", "note"]
LEVELS: tuple[Level, ...] = ("fails", "doubtful", "note")


@dataclass(frozen=True)
class Finding:
    """One thing to know. ``feed``: of which feed (``web contacts``), empty for the whole home.

    ``fails``: a run would stop, set a file aside, or hold rows back beyond the bound. ``doubtful``: it would
    run, and perhaps not mean what it says. ``lines``: to be written in ``omni.yaml``.
    """

    level: Level
    feed: str
    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedReport:
    """What was looked at of one feed, and what was found."""

    feed: str
    files: str
    file_count: int
    row_count: int
    findings: tuple[Finding, ...] = ()


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Failures first, then doubts, then notes; each as they came."""
    return sorted(findings, key=lambda finding: LEVELS.index(finding.level))
