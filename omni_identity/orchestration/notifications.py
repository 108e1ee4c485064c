"""Tells whom ``notify`` in omni.yaml names that a run failed or was withheld, or that something is late.

``omni run`` tells of itself. Of runs that Dagster starts, of those that could not tell, and of what is late a
sensor tells. Which runs were told of stands in their tags, so that nobody hears of one twice.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.model.home import Home
from omni_identity.orchestration.delivering import Announcement, deliver
from omni_identity.orchestration.lateness import what_is_late
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.run_failures import failed_checks, first_failure
from omni_identity.orchestration.run_tags import STATUS, WITHHELD
from omni_identity.orchestration.warehouse_session import lasting_id
from omni_identity.publish.publication import published_run

TOLD = "omni/told"
"""Tag of a run that those who are to know of it were told of."""
BEHIND = timedelta(days=1)
"""Older failures are not told any more, say when the sensor is switched on."""


def tell_of_run(
    instance: dg.DagsterInstance, home: Home, configuration: Configuration, run: dg.DagsterRun
) -> bool:
    """Tell of a run that failed or was withheld, once; return whether anybody was told.

    Nobody is told of a run that a user has ended. Raises ``NotDelivered``.
    """
    settings = configuration.notify
    event = "withheld" if run.tags.get(STATUS) == WITHHELD else "failed"
    if TOLD in run.tags or not settings.is_asked_for or event not in settings.events:
        return False
    try:
        announcement = _of_run(instance, home, run, event)
    except KeyboardInterrupt:
        return False
    deliver(announcement, settings)
    instance.add_run_tags(run.run_id, {TOLD: "true"})
    return True


def _of_run(
    instance: dg.DagsterInstance, home: Home, run: dg.DagsterRun, event: str
) -> Announcement:
    checked = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    kinds = {dg.DagsterEventType.STEP_FAILURE, checked}
    logs = instance.all_logs(run.run_id, of_type=kinds)
    events = [entry.dagster_event for entry in logs if entry.dagster_event]
    if event == "withheld":
        found = [e.asset_check_evaluation_data for e in events if e.event_type == checked]
        details = tuple(f"{name}: {finding}" for name, finding in failed_checks(found)[0])
        title = f"{home.root.name}: a check withheld the publication, consumers keep the last one"
    else:
        details = (first_failure(events)[0],)
        has_published = published_run(home) == lasting_id(run, instance)
        after = "after it had published" if has_published else "consumers keep the last publication"
        title = f"{home.root.name}: a run failed, {after}"
    return Announcement(event, home.root.name, title, details, _now().isoformat(), run.run_id)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def notification_sensor(
    home: Home,
    configuration: Configuration,
    own: OwnRuns,
    name: str = "notifications",
) -> dg.SensorDefinition:
    """Return the sensor that tells of the home's own runs, and of what is late.

    It is on by itself: whoever writes ``notify`` has asked for it. What could not be sent is sent again by the
    next tick.
    """

    @dg.sensor(
        name=name,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells whom omni.yaml names of runs that failed or were withheld, and of what is late.",
    )
    def tell(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        instance = context.instance
        failed = dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.FAILURE], updated_after=_now() - BEHIND
        )
        runs = (run for run in instance.get_runs(failed) if own.includes(run))
        count = sum(tell_of_run(instance, home, configuration, run) for run in runs)
        settings = configuration.notify
        if "late" in settings.events:
            late = what_is_late(instance, own.assets, configuration, _now().timestamp())
            news = tuple(
                late[name] for name in late if name not in json.loads(context.cursor or "[]")
            )
            if news:
                title = f"{home.root.name}: late"
                deliver(
                    Announcement("late", home.root.name, title, news, _now().isoformat()), settings
                )
            context.update_cursor(json.dumps(sorted(late)))
            count += len(news)
        return dg.SkipReason(f"{count} announcements")

    return tell
