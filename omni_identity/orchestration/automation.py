"""What starts the night: the jobs, the nightly schedule, and the sensor that watches the landing.

Schedule and sensor are switched off until someone switches them on in the UI: opening the UI on a
home must not start work on it.
"""

import hashlib
from time import time
from typing import Any

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import files_of, list_files
from omni_identity.model.home import Home

NIGHTLY = "nightly"
DRY_RUN = "dry_run"
ACCEPT_CHANGES = "omni/accept_changes"
"""Tag of a run: with the value ``true`` customers may merge and split beyond the bounds."""
DEFAULT_SCHEDULE = "0 3 * * *"
QUIET_SECONDS = 60
"""A file changed more recently than this may still be on its way in."""

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def jobs() -> list[Any]:
    """Return the jobs ``nightly``, everything, and ``dry_run``, everything but to publish."""
    everything = dg.AssetSelection.all()
    return [
        dg.define_asset_job(
            NIGHTLY,
            everything,
            description="From the landing to the publication. Where the check "
            "identity_changes_are_within_bounds withheld it and the changes were found right: run it "
            f"once with the tag {ACCEPT_CHANGES}: true.",
            executor_def=dg.in_process_executor,
        ),
        dg.define_asset_job(
            DRY_RUN,
            everything - dg.AssetSelection.groups("published"),
            description="The same, but consumers keep what they have.",
            executor_def=dg.in_process_executor,
        ),
    ]


def nightly_schedule(configuration: Configuration | None) -> dg.ScheduleDefinition:
    """Return the schedule of ``omni.yaml``, in UTC, switched off."""
    return dg.ScheduleDefinition(
        name=NIGHTLY,
        job_name=NIGHTLY,
        cron_schedule=configuration.schedule if configuration else DEFAULT_SCHEDULE,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Every night, at the time that omni.yaml names (UTC).",
    )


def landing_sensor(home: Home, configuration: Configuration | None) -> dg.SensorDefinition:
    """Return the sensor that asks for a run when files in the landing are new or changed."""

    @dg.sensor(
        name="landing_sensor",
        job_name=NIGHTLY,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Runs the nightly job when channels have delivered something new or changed.",
    )
    def watch_landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if configuration is None:
            return dg.SkipReason("there is no omni.yaml")
        fingerprint, newest = _fingerprint(home, configuration)
        if fingerprint == context.cursor:
            return dg.SkipReason("nothing new has landed")
        if newest is None:
            return dg.SkipReason("the landing is empty")
        if time() - newest < QUIET_SECONDS:
            return dg.SkipReason("files may still be on their way in")
        if context.instance.get_runs_count(dg.RunsFilter(statuses=UNFINISHED)):
            return dg.SkipReason("a run is at work")
        context.update_cursor(fingerprint)
        return dg.RunRequest(run_key=fingerprint)

    return watch_landing


def _fingerprint(home: Home, configuration: Configuration) -> tuple[str, float | None]:
    """What lies in the landing, by path, size and time of change; and the latest such time.

    What runs fetched from elsewhere is none of it. Contents are not read: that is for the run, which takes each
    content once.
    """
    digest = hashlib.sha256()
    newest: float | None = None
    catalogue = (path for feed in configuration.catalogue for path in files_of(feed, home.root))
    for path in sorted({*list_files(configuration, home.root), *catalogue}):
        if path.is_relative_to(home.fetched):  # runs put it there
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        newest = max(newest or 0.0, status.st_mtime)
    return digest.hexdigest(), newest
