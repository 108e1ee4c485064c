"""The jobs and the schedule.

The schedule is switched off until someone switches it on in the UI: opening the UI on a home must not
start work on it.
"""

from typing import Any

import dagster as dg

from omni_identity.channels.configuration import Configuration

NIGHTLY = "nightly"
DRY_RUN = "dry_run"
ACCEPT_CHANGES = "omni/accept_changes"
"""Tag of a run: with the value ``true`` customers may merge and split beyond the bounds."""
DEFAULT_SCHEDULE = "0 3 * * *"


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
