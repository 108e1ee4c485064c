"""Which of the runs that are recorded in a Dagster instance are those of one home."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


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

    def records(self, instance: dg.DagsterInstance) -> list[dg.RunRecord]:
        """The records of the home's own runs, those at work too."""
        return [
            record
            for job in sorted({*self.jobs, IMPLICIT_ASSET_JOB_NAME})
            for record in instance.get_run_records(dg.RunsFilter(job_name=job))
            if self.includes(record.dagster_run)
        ]

    def are_at_work(self, instance: dg.DagsterInstance) -> bool:
        """Whether one of the home's own runs waits or is at work."""
        unfinished = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
        return any(self.includes(run) for run in unfinished)
