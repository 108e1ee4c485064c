"""How old the newest delivery of each feed is, beside its own bound or its own rhythm."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from omni_identity.engines.statements import statement
from omni_identity.publish.checks.check import Audit, Facts, Finding

RHYTHM = 10
"""Deliveries of a feed from which its rhythm is read."""
LONGER = 1.5
"""So many times the longest wait for a delivery is not yet silence."""
FEW_ROWS = 20
"""Rows that a feed must have brought to be judged where omni.yaml names no bound: few people do not do anything
every day."""
DAY_SECONDS = 86400


def every_feed_is_fresh(audit: Audit) -> Finding:
    """Feeds that have been silent for longer than they may, or than they ever were."""
    landed, rows = _landings(audit), _rows(audit)
    checks = audit.configuration.checks
    default, is_asked_for = checks.max_age_days, "max_age_days" in checks.model_fields_set
    newest = max((times[0] for times in landed.values()), default=None)
    # then the check of the newest delivery of all has said so
    is_all_old = default is not None and (newest is None or _days(audit.now, newest) > default)
    silent, facts = list[str](), Facts()
    for channel in audit.configuration.channels:
        for kind, feed in channel.feeds():
            own: float | None = getattr(feed, "max_age_days", None)
            bound, times = own or default, landed.get((channel.name, kind))
            name = f"{channel.name} {kind}"
            if bound is None or (own is None and is_all_old):
                continue
            if times is None:
                silent.append(f"{name} has never delivered")
                continue
            is_small = rows.get((channel.name, kind), 0) < FEW_ROWS
            if own is None and is_small and not is_asked_for:
                continue
            age = _days(audit.now, times[0])
            gaps = [_days(later, earlier) for later, earlier in pairwise(times)]
            if own is None and gaps:
                bound = max(bound, LONGER * max(gaps))
            facts[f"{channel.name}/{kind}"] = round(age, 3)
            if age > bound:
                silent.append(
                    f"{name} last delivered {age:.1f} days ago ({bound:.3g} is plausible)"
                )
    facts["silent_count"] = len(silent)
    return not silent, "; ".join(silent) or "every feed has delivered in its time", facts


def _landings(audit: Audit) -> dict[tuple[str, str], list[datetime]]:
    """When each feed delivered last, the newest first."""
    found = audit.engine.fetch(statement(__file__, "last_landings"), {"rhythm": RHYTHM})
    landed: dict[tuple[str, str], list[datetime]] = {}
    for channel, feed, at in found.iter_rows():
        landed.setdefault((channel, feed), []).append(at)
    return landed


def _rows(audit: Audit) -> dict[tuple[str, str], int]:
    """How many rows each feed has ever brought."""
    found = audit.engine.fetch(
        "select channel, feed, sum(row_count)::bigint as n from landed.files group by channel, feed"
    )
    return {(channel, feed): n for channel, feed, n in found.iter_rows()}


def _days(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds() / DAY_SECONDS
