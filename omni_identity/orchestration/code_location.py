"""Puts assets, checks, jobs, schedule, sensor and resource of one home together."""

from __future__ import annotations

import dagster as dg

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.home import Home
from omni_identity.orchestration.assets import pipeline_assets
from omni_identity.orchestration.automation import DRY_RUN, NIGHTLY, jobs, nightly_schedule
from omni_identity.orchestration.landing_sensor import landing_sensor
from omni_identity.orchestration.notifications import notification_sensor
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.retention import retention_sensor
from omni_identity.orchestration.warehouse_session import Watch, warehouse_session_resource


def build_definitions(
    home: Home, watch: Watch = lambda step, seconds, detail="": None
) -> dg.Definitions:
    """Return the definitions of ``home``; ``watch`` hears each step begin and end.

    Without an ``omni.yaml`` the graph has no channels, so that the UI opens, and a run fails with
    the words of what to do. One with mistakes raises ``ConfigurationError``, which the UI shows as
    the reason why the code location does not load.
    """
    configuration = _configuration(home)
    assets = pipeline_assets(configuration)
    own = OwnRuns(frozenset({NIGHTLY, DRY_RUN}), frozenset().union(*(a.keys for a in assets)))
    return dg.Definitions(
        assets=assets,
        jobs=jobs(),
        schedules=[nightly_schedule(configuration)],
        sensors=_sensors(home, configuration, own),
        resources={"warehouse_session": warehouse_session_resource(home, configuration, watch)},
        # what the UI materialises is one process too: the warehouse has one writer
        executor=dg.in_process_executor,
    )


def _sensors(
    home: Home, configuration: Configuration | None, own: OwnRuns
) -> list[dg.SensorDefinition]:
    sensors = [
        landing_sensor(home, configuration, own),
        retention_sensor(home, configuration, own),
    ]
    if configuration is not None and configuration.notify.is_asked_for:
        sensors.append(notification_sensor(home, configuration, own))
    return sensors


def _configuration(home: Home) -> Configuration | None:
    return load_configuration(home.configuration) if home.configuration.exists() else None
