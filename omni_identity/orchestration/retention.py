"""Deletes Dagster's records of runs that are older than ``retention.dagster_runs`` says."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.own_runs import OwnRuns

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_old_runs(
    instance: dg.DagsterInstance,
    home: Home,
    own: OwnRuns,
    settings: RetentionSettings,
    now: datetime,
) -> int:
    """Delete the home's own runs that ended more than ``settings.dagster_runs`` days before ``now`` (UTC, naive
    or not), with their events; return how many there were.

    A run stays if it is at work, if one of ``own.assets`` was last materialised in it, or if a run that stays
    is a re-execution of it. In an instance that is not the home's own nothing is deleted unless omni.yaml
    names the days.
    """
    days = settings.dagster_runs
    if days is None or not (settings.names_dagster_runs or is_own_instance(instance, home)):
        return 0
    oldest = _timestamp(now - timedelta(days=days))
    records = own.records(instance)
    old = {r.dagster_run.run_id for r in records if _ended_before(r, oldest)}
    old -= _last_materialised_in(instance, own.assets)
    for record in sorted(records, key=lambda record: record.storage_id, reverse=True):
        run = record.dagster_run
        if run.run_id not in old:  # newest first: what it goes back to is older
            old -= {run.parent_run_id, run.root_run_id}
    for run_id in sorted(old):
        instance.delete_run(run_id)
    return len(old)


def retention_sensor(
    home: Home,
    configuration: Configuration | None,
    own: OwnRuns,
    name: str = "retention_sensor",
) -> dg.SensorDefinition:
    """Return the sensor that deletes old runs once a day, for those that ``omni run`` does not start.

    It is on by itself: it starts nothing, and does what ``retention`` in omni.yaml says.
    """

    @dg.sensor(
        name=name,
        minimum_interval_seconds=86_400,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Deletes this home's runs from Dagster after the days that omni.yaml names.",
    )
    def delete(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if configuration is None:
            return dg.SkipReason("there is no omni.yaml")
        # opened as `omni run` does, the home's own instance deletes the files of events too
        is_own = is_own_instance(context.instance, home)
        now = datetime.now(timezone.utc)
        with (
            private_files(),
            open_instance(home) if is_own else nullcontext(context.instance) as it,
        ):
            count = delete_old_runs(it, home, own, configuration.retention, now)
        return dg.SkipReason(f"{count} old runs deleted")

    return delete


def is_own_instance(instance: dg.DagsterInstance, home: Home) -> bool:
    """Whether an instance is the home's own, in which nobody else records runs."""
    return Path(instance.root_directory).resolve() == home.own_dagster.resolve()


def _ended_before(record: dg.RunRecord, oldest: float) -> bool:
    ended = record.end_time or _timestamp(record.update_timestamp)
    return record.dagster_run.status in ENDED and ended < oldest


def _last_materialised_in(instance: dg.DagsterInstance, assets: Iterable[dg.AssetKey]) -> set[str]:
    """The runs that show when each asset was last materialised."""
    entries = [record.asset_entry for record in instance.get_asset_records(list(assets))]
    last = [entry.last_materialization_record for entry in entries]
    return {record.run_id for record in last if record is not None}


def _timestamp(time: datetime) -> float:
    """Seconds since 1970 of a time in UTC, as Dagster's tables and ours hold it, with its zone or without."""
    return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()
