"""Puts assets, checks, jobs, schedule, sensor and resource of one home together."""

from __future__ import annotations

import dagster as dg

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.defs.automation import jobs, landing_sensor, nightly_schedule
from omni_identity.defs.catalogue import Catalogue
from omni_identity.defs.night_shift import Watch, night_shift_resource
from omni_identity.defs.publishing import publishing_assets
from omni_identity.defs.steps import nightly_assets
from omni_identity.model.home import Home


def build_definitions(
    home: Home, watch: Watch = lambda step, seconds, detail="": None
) -> dg.Definitions:
    """Return the definitions of ``home``; ``watch`` hears each step begin and end.

    Without an ``omni.yaml`` the graph has no channels, so that the UI opens, and a run fails with
    the words of what to do. One with mistakes raises ``ConfigurationError``, which the UI shows as
    the reason why the code location does not load.
    """
    configuration = _configuration(home)
    catalogue = Catalogue(configuration)
    return dg.Definitions(
        assets=[*nightly_assets(catalogue), *publishing_assets(catalogue)],
        jobs=jobs(),
        schedules=[nightly_schedule(configuration)],
        sensors=[landing_sensor(home, configuration)],
        resources={"night_shift": night_shift_resource(home, configuration, watch)},
        # what the UI materialises is one process too: the warehouse has one writer
        executor=dg.in_process_executor,
    )


def _configuration(home: Home) -> Configuration | None:
    return load_configuration(home.configuration) if home.configuration.exists() else None
