"""The sensor that watches the landing. Switched off until someone switches it on, as the schedule is."""

from time import time

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.model.home import Home
from omni_identity.orchestration.automation import NIGHTLY
from omni_identity.orchestration.landing_fingerprint import landing_fingerprint
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.run_tags import has_taken

QUIET_SECONDS = 60
"""A file changed more recently than this may still be on its way in."""


def landing_sensor(
    home: Home,
    configuration: Configuration | None,
    own: OwnRuns,
    name: str = "landing_sensor",
    job_name: str = NIGHTLY,
) -> dg.SensorDefinition:
    """Return the sensor that asks for a run when files in the landing are new or changed.

    It asks for none while one of the home's own runs is at work, nor if one that was started otherwise has
    found the same files. Reads no warehouse: a run may have that locked.
    """

    @dg.sensor(
        name=name,
        job_name=job_name,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Runs the nightly job when channels have delivered something new or changed.",
    )
    def watch_landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if configuration is None:
            return dg.SkipReason("there is no omni.yaml")
        fingerprint, newest = landing_fingerprint(home, configuration)
        if fingerprint == context.cursor:
            return dg.SkipReason("nothing new has landed")
        if newest is None:
            return dg.SkipReason("the landing is empty")
        if time() - newest < QUIET_SECONDS:
            return dg.SkipReason("files may still be on their way in")
        if own.are_at_work(context.instance):
            return dg.SkipReason("a run is at work")
        context.update_cursor(fingerprint)
        if has_taken(context.instance, own, fingerprint):
            return dg.SkipReason("a run has taken what has landed")
        return dg.RunRequest(run_key=fingerprint)

    return watch_landing
