"""Puts assets, jobs, schedule, sensor and resource of one home together."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.home import Home
from omni_identity.orchestration.assets import pipeline_assets
from omni_identity.orchestration.automation import NIGHTLY, jobs, nightly_schedule
from omni_identity.orchestration.landing_sensor import landing_sensor
from omni_identity.orchestration.notifications import notification_sensor
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.placement import ALONE, Placement
from omni_identity.orchestration.retention import retention_sensor
from omni_identity.orchestration.run_options import WAREHOUSE_SESSION
from omni_identity.orchestration.warehouse_session import Watch, warehouse_session_resource


def _unwatched(step: str, seconds: float | None, detail: str = "") -> None:
    """Hear nothing."""


def build_definitions(
    home: Home, placement: Placement = ALONE, watch: Watch = _unwatched
) -> dg.Definitions:
    """Return the definitions of ``home``, to stand beside others; ``watch`` hears each step begin and end.

    Without an ``omni.yaml`` the graph has no channels, so that the UI opens, and a run fails with
    the words of what to do. One with mistakes raises ``ConfigurationError``, which the UI shows as
    the reason why the code location does not load.
    """
    known = home.configuration.exists()
    configuration = load_configuration(home.configuration) if known else None
    assets = pipeline_assets(configuration, placement)
    session = warehouse_session_resource(home, configuration, watch, placement)
    return dg.Definitions(
        assets=assets,
        jobs=jobs(assets, placement),
        schedules=[nightly_schedule(configuration, placement)],
        sensors=_sensors(home, configuration, own_runs(assets, placement), placement),
        resources={placement.name(WAREHOUSE_SESSION): session},
    )


def _sensors(
    home: Home, configuration: Configuration | None, own: OwnRuns, placement: Placement
) -> list[dg.SensorDefinition]:
    name, job = placement.name, placement.name(NIGHTLY)
    sensors = [
        landing_sensor(home, configuration, own, name("landing_sensor"), job),
        retention_sensor(home, configuration, own, name("retention_sensor")),
    ]
    if configuration is not None and configuration.notify.is_asked_for:
        sensors.append(notification_sensor(home, configuration, own, name("notifications")))
    return sensors


def own_runs(assets: Iterable[dg.AssetsDefinition], placement: Placement = ALONE) -> OwnRuns:
    """What tells the runs of a home with these assets from all others."""
    keys = frozenset[dg.AssetKey]().union(*(found.keys for found in assets))
    return OwnRuns(frozenset({placement.name(NIGHTLY)}), keys)


def build_code_location(home: Home, watch: Watch = _unwatched) -> dg.Definitions:
    """Return the definitions of ``home`` as a code location of its own."""
    # one process a run spares every step the opening of the warehouse, which has one writer anyhow
    alone = dg.Definitions(executor=dg.in_process_executor)
    return dg.Definitions.merge(build_definitions(home, watch=watch), alone)
