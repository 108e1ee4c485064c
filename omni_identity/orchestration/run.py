"""Runs the nightly job in this process, as ``omni run`` does, and says how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import dagster as dg

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import OmniError, RunFailed
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.orchestration.automation import DRY_RUN, NIGHTLY
from omni_identity.orchestration.code_location import build_definitions
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.retention import delete_old_runs
from omni_identity.pipeline.run_context import utc_now

Progress = Callable[[str, int, int, float | None, str], None]
"""Hears ``(step, index from 1, number of steps, seconds, detail)``.

Seconds are None until the step has ended; detail is empty, or how far it is."""

Status = Literal["published", "withheld", "dry_run", "failed"]
Fact = int | float | str | bool

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""What went wrong is in the result; the event log has the rest."""


INTERRUPTED = dg.DagsterExecutionInterruptedError.__name__


@dataclass(frozen=True)
class NightlyResult:
    """How a run ended.

    ``failed_checks`` are ``(name, finding)`` and only stand beside ``withheld``, ``warnings`` are those
    of checks that failed and withhold nothing; ``error`` (never with personal data) and ``exit_code``
    only beside ``failed``. ``seconds`` are by step, in order, ``facts`` the figures by asset, such as
    ``dagster/row_count``.
    """

    run_id: str
    status: Status
    failed_checks: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    exit_code: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)


def execute_nightly(
    home: Home,
    instance: dg.DagsterInstance | None = None,
    progress: Progress | None = None,
    tags: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> NightlyResult:
    """Run every step on ``home`` in this process; with ``dry_run`` all but to publish. Then delete old runs.

    ``instance`` is where the run is recorded, by default the home's own. Raises
    ``ConfigurationError`` when ``omni.yaml`` has mistakes, ``KeyboardInterrupt`` when the user ends
    the run; whatever else goes wrong is in the result.
    """
    if instance is None:
        with private_files(), open_instance(home) as own:
            return execute_nightly(home, own, progress, tags, dry_run)
    clock = _Clock(progress)
    definitions = build_definitions(home, clock.hear)
    job = definitions.resolve_job_def(DRY_RUN if dry_run else NIGHTLY)
    clock.step_count = len(job.nodes)
    run = job.execute_in_process(
        run_config=QUIET, instance=instance, raise_on_error=False, tags=dict(tags or {})
    )
    if home.configuration.exists():
        jobs, assets = {NIGHTLY, DRY_RUN}, definitions.resolve_all_asset_keys()
        retention = load_configuration(home.configuration).retention
        ours = OwnRuns(frozenset(jobs), frozenset(assets))
        delete_old_runs(instance, home, ours, retention, utc_now())
    return _result_of(run, dry_run, clock.seconds)


class _Clock:
    """Counts steps for the progress display, and keeps their seconds."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._index = 0
        self.step_count = 0
        self.seconds: dict[str, float] = {}

    def hear(self, step: str, seconds: float | None, detail: str = "") -> None:
        if seconds is not None:
            self.seconds[step] = seconds
        elif not detail:
            self._index += 1
        if self._progress:
            self._progress(step, self._index, self.step_count, seconds, detail)


def _result_of(
    run: dg.ExecuteInProcessResult, dry_run: bool, seconds: Mapping[str, float]
) -> NightlyResult:
    failed = [check for check in run.get_asset_check_evaluations() if not check.passed]
    failed_checks, warnings = (
        tuple((c.check_name, c.description or "") for c in failed if c.severity == severity)
        for severity in (dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN)
    )
    status: Status = "dry_run" if dry_run else "published"
    error, exit_code = None, 0
    if failed_checks:
        status, exit_code = "withheld", 1
    elif not run.success:
        status, (error, exit_code) = "failed", _first_failure(run)
    return NightlyResult(
        run.run_id, status, failed_checks, warnings, error, exit_code, seconds, _facts(run)
    )


def _first_failure(run: dg.ExecuteInProcessResult) -> tuple[str, int]:
    """The words of the first failure, without Dagster's own around them, and its exit code.

    Dagster takes Ctrl-C for a failure of the step at work; it is the user's, and goes on its way.
    """
    exit_codes = {kind.__name__: kind.exit_code for kind in OmniError.__subclasses__()}
    for event in run.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            if error is not None and error.cls_name == INTERRUPTED:
                raise KeyboardInterrupt
            if error is not None:
                # the text begins with the class, which a user need not read of our own errors
                _, _, words = error.message.partition(": ")
                is_ours = error.cls_name in exit_codes
                return (words if is_ours else error.message).strip(), exit_codes.get(
                    error.cls_name or "", RunFailed.exit_code
                )
    return "the run did not come to its end", RunFailed.exit_code


def _facts(run: dg.ExecuteInProcessResult) -> dict[str, dict[str, Fact]]:
    facts: dict[str, dict[str, Fact]] = {}
    for event in run.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        key = materialization.asset_key.to_user_string()
        facts[key] = {
            name: value.value
            for name, value in materialization.metadata.items()
            if isinstance(value.value, (int, float, str, bool))
        }
    return facts
