"""What is late: the next publication, or a feed that has delivered nothing for longer than ``max_age_days``.

It is read from Dagster's records alone: the warehouse may be locked by a run, or by one that hangs.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    COMPLETED_ASSET_CHECK_EXECUTION_RECORD_STATUSES as COMPLETED,
)

from omni_identity.channels.configuration import Configuration
from omni_identity.orchestration.freshness import max_age_of
from omni_identity.pipeline.steps.landing import feeds_of

CHECK = "every_feed_is_fresh"
DAY_SECONDS = 86_400


def what_is_late(
    instance: dg.DagsterInstance,
    assets: Iterable[dg.AssetKey],
    configuration: Configuration,
    now: float,
) -> dict[str, str]:
    """Return a sentence for each thing that is late, by its name; ``now`` is in seconds since 1970.

    ``assets`` are those of the home. What no run has ever told of is not late.
    """
    late = {}
    by_name = {"/".join(key.path[-2:]): key for key in assets}
    profiles = by_name["published/unified_profiles"]
    candidate = next(key for key in assets if key.path[-1] == "publication_candidate")
    last = instance.get_latest_materialization_event(profiles)
    hours = (now - last.timestamp) / 3600 if last else 0.0
    if hours > configuration.notify.late_hours:
        late["publication"] = f"The last publication is {hours:.0f} hours old."
    history = instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(candidate, CHECK), limit=1, status=set(COMPLETED)
    )
    for record in history:
        event = record.event
        evaluation = event.asset_check_evaluation if event else None
        if evaluation is None:
            continue
        waited = (now - record.create_timestamp) / DAY_SECONDS
        for channel, kind, feed in feeds_of(configuration):
            bound = max_age_of(feed, configuration.checks)
            if bound is None:
                continue
            name = f"{channel.name}/{kind}"
            known = evaluation.metadata.get(name)
            if known is None:
                late[name] = f"{channel.name} {kind} has never delivered."
            elif (age := float(known.value) + waited) > bound:  # type: ignore[arg-type]
                late[name] = (
                    f"{channel.name} {kind} last delivered {age:.1f} days ago, at most {bound:g} are allowed."
                )
    return late
