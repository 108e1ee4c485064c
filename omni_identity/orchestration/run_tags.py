"""What becomes of a run, and what it found in the landing, as tags of its record in Dagster.

Dagster knows a run that a check withheld as a failed one, and shows it in the same red. The tag tells it from
a crash, can be filtered by in the UI, and is what sensors go by.
"""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg

from omni_identity.orchestration.own_runs import OwnRuns

STATUS = "omni/status"
"""``started`` while a run is at work, or was killed; then as in the published table ``runs``."""
WITHHELD = "withheld"
LANDING = "omni/landing"
"""What lay in the landing when the run looked (``landing_fingerprint``)."""
LANDED = ["published", WITHHELD]
"""Statuses of runs that have taken what they found, and are not to be repeated before somebody acts."""

SetTag = Callable[[str, str], None]
"""Takes name and value of a tag of the run at work."""


def tag_setter(context: dg.InitResourceContext) -> SetTag:
    """Return what tags the run of a resource; outside of a run it does nothing."""
    run, instance = context.run, context.instance

    def set_tag(name: str, value: str) -> None:
        if run is not None and instance is not None:
            instance.add_run_tags(run.run_id, {name: value})

    return set_tag


def has_taken(instance: dg.DagsterInstance, own: OwnRuns, fingerprint: str) -> bool:
    """Whether one of the home's own runs has taken all that lies in the landing, whoever started it."""
    taken = dg.RunsFilter(tags={LANDING: fingerprint, STATUS: LANDED})
    return any(own.includes(run) for run in instance.get_runs(taken))
