"""How old the newest delivery of a feed may be: its own bound, and Dagster's policy for its landing asset."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.channels.feeds import Feed

SHORTEST = timedelta(minutes=1)
"""Dagster takes no shorter window."""


def max_age_of(feed: Feed, checks: CheckSettings) -> float | None:
    """Return the days that ``max_age_days`` of a feed, else of ``checks``, names; None where neither does."""
    own: float | None = getattr(feed, "max_age_days", None)
    is_asked_for = "max_age_days" in checks.model_fields_set
    return own or (checks.max_age_days if is_asked_for else None)


def freshness_of(feed: Feed, checks: CheckSettings) -> dg.FreshnessPolicy | None:
    """Return the policy of a feed's landing asset; None where omni.yaml names no bound.

    Dagster counts from when a run last looked for deliveries. That there were none is for the check
    ``every_feed_is_fresh`` to say.
    """
    days = max_age_of(feed, checks)
    if days is None:
        return None
    return dg.FreshnessPolicy.time_window(fail_window=max(timedelta(days=days), SHORTEST))
