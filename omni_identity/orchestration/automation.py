"""The jobs and the schedule.

The schedule is switched off until someone switches it on in the UI: opening the UI on a home must not
start work on it.
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.orchestration.placement import ALONE, Placement
from omni_identity.orchestration.run_options import AS_USUAL, run_config

NIGHTLY = "nightly"
DEFAULT_SCHEDULE = "0 3 * * *"


def jobs(assets: Iterable[dg.AssetsDefinition], placement: Placement = ALONE) -> list[Any]:
    """Return the job ``nightly``: all ``assets`` of one home."""
    return [
        dg.define_asset_job(
            placement.name(NIGHTLY),
            dg.AssetSelection.assets(*(key for found in assets for key in found.keys)),
            description="From the landing to the publication. In the launchpad: a full refresh, a dry run, or"
            " accept_changes, where the check identity_changes_are_within_bounds withheld a run and the changes"
            " were found right.",
            config=run_config(AS_USUAL, placement),
        ),
    ]


def nightly_schedule(
    configuration: Configuration | None, placement: Placement = ALONE
) -> dg.ScheduleDefinition:
    """Return the schedule, by default that of ``omni.yaml`` in UTC, switched off."""
    configured = configuration.schedule if configuration else DEFAULT_SCHEDULE
    return dg.ScheduleDefinition(
        name=placement.name(NIGHTLY),
        job_name=placement.name(NIGHTLY),
        cron_schedule=placement.schedule or configured,
        execution_timezone=placement.time_zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Every night, at the time that omni.yaml names.",
    )
