"""Runs the nightly job in this process, as ``omni run`` does, and says how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import dagster as dg

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.orchestration.automation import NIGHTLY
from omni_identity.orchestration.code_location import build_code_location
from omni_identity.orchestration.delivering import NotDelivered
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.notifications import tell_of_run
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.retention import delete_old_runs
from omni_identity.orchestration.run_failures import failed_checks, first_failure
from omni_identity.orchestration.run_options import AS_USUAL, RunOptions, run_config
from omni_identity.pipeline.run_context import utc_now
from omni_identity.pipeline.runner import WHOLE
from omni_identity.pipeline.sequence import steps_of

Progress = Callable[[str, int, int, float | None, str], None]
"""Hears ``(step, index from 1, number of steps, seconds, detail)``.

Seconds are None until the step has ended; detail is empty, or how far it is."""

Status = Literal["published", "withheld", "dry_run", "failed"]
Fact = int | float | str | bool

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""What went wrong is in the result; the event log has the rest."""


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
    options: RunOptions = AS_USUAL,
) -> NightlyResult:
    """Run every step on ``home`` in this process; in a dry run all but to publish. Then delete old runs.

    ``instance`` is where the run is recorded, by default the home's own. Raises
    ``ConfigurationError`` when ``omni.yaml`` has mistakes, ``KeyboardInterrupt`` when the user ends
    the run; whatever else goes wrong is in the result.
    """
    if instance is None:
        with private_files(), open_instance(home) as opened:
            return execute_nightly(home, opened, progress, options)
    clock = _Clock(progress)
    definitions = build_code_location(home, clock.hear)
    job = definitions.resolve_job_def(NIGHTLY)
    configuration = load_configuration(home.configuration) if home.configuration.exists() else None
    names = [step.name for step in steps_of(configuration)]
    clock.step_count = names.index(WHOLE[0]) + 1 if options.dry_run else len(names)
    run = job.execute_in_process(
        run_config={**QUIET, **run_config(options)}, instance=instance, raise_on_error=False
    )
    result = _result_of(run, options.dry_run, clock.seconds)
    if configuration is None:
        return result
    own = OwnRuns(frozenset({NIGHTLY}), frozenset(definitions.resolve_all_asset_keys()))
    delete_old_runs(instance, home, own, configuration.retention, utc_now())
    return (
        result if run.success or options.dry_run else _told(instance, home, configuration, result)
    )


def _told(
    instance: dg.DagsterInstance, home: Home, configuration: Configuration, result: NightlyResult
) -> NightlyResult:
    """Tell whom ``notify`` names of a run that has not published; where they cannot be told, say so."""
    run = instance.get_run_by_id(result.run_id)
    try:
        if run is not None:
            tell_of_run(instance, home, configuration, run)
    except NotDelivered as error:
        if result.error is not None:
            return replace(result, error=f"{result.error}\n{error}")
        return replace(result, warnings=(*result.warnings, ("notify", str(error))))
    return result


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
    withholding, warnings = failed_checks(run.get_asset_check_evaluations())
    status: Status = "dry_run" if dry_run else "published"
    error, exit_code = None, 0
    if withholding:
        status, exit_code = "withheld", 1
    elif not run.success:
        status, (error, exit_code) = "failed", first_failure(run.all_events)
    return NightlyResult(
        run.run_id, status, withholding, warnings, error, exit_code, seconds, _facts(run)
    )


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
