"""Deletes Dagster's records of runs that are older than ``retention.dagster_runs`` says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.model.home import Home

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


@dataclass(frozen=True)
class OwnRuns:
    """What tells the runs of one home from all others that are recorded in an instance.

    A run is the home's own if its job is one of ``jobs``, or if somebody materialised ``assets`` in it and
    nothing else.
    """

    jobs: frozenset[str]
    assets: frozenset[dg.AssetKey]

    def includes(self, run: dg.DagsterRun) -> bool:
        """Whether a run is this home's own."""
        if run.job_name in self.jobs:
            return True
        checked = {check.asset_key for check in run.asset_check_selection or ()}
        selected = {*(run.asset_selection or ()), *checked}
        is_by_hand = run.job_name == IMPLICIT_ASSET_JOB_NAME
        return is_by_hand and bool(selected) and selected <= self.assets


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
    records = list(_own_records(instance, own))
    old = {r.dagster_run.run_id for r in records if _ended_before(r, oldest)}
    old -= _last_materialised_in(instance, own.assets)
    for record in sorted(records, key=lambda record: record.storage_id, reverse=True):
        run = record.dagster_run
        if run.run_id not in old:  # newest first: what it goes back to is older
            old -= {run.parent_run_id, run.root_run_id}
    for run_id in sorted(old):
        instance.delete_run(run_id)
    return len(old)


def is_own_instance(instance: dg.DagsterInstance, home: Home) -> bool:
    """Whether an instance is the home's own, in which nobody else records runs."""
    return Path(instance.root_directory).resolve() == home.own_dagster.resolve()


def _own_records(instance: dg.DagsterInstance, own: OwnRuns) -> Iterable[dg.RunRecord]:
    """The records of the home's own runs, those at work too."""
    for job in sorted({*own.jobs, IMPLICIT_ASSET_JOB_NAME}):
        for record in instance.get_run_records(dg.RunsFilter(job_name=job)):
            if own.includes(record.dagster_run):
                yield record


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
