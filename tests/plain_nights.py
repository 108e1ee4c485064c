"""The nightly job without Dagster, for tests that are about what a night leaves: Dagster takes a third of a small one.

Each step is done by the very session that Dagster's assets work with; what Dagster itself adds, its records of the
run and whom ``notify`` tells, is left out. Tests in ``tests/orchestration`` are about that, and compare both.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import OmniError
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files
from omni_identity.orchestration.run import NightlyResult, Progress, Status
from omni_identity.orchestration.run_options import AS_USUAL, RunOptions
from omni_identity.orchestration.warehouse_session import AskedRun, WarehouseSession
from omni_identity.pipeline.runner import WHOLE
from omni_identity.pipeline.sequence import steps_of
from omni_identity.publish.checks import CheckResult


def execute_plainly(
    home: Home,
    instance: None = None,
    progress: Progress | None = None,
    options: RunOptions = AS_USUAL,
) -> NightlyResult:
    """Run every step on ``home`` as ``execute_nightly`` does, and say the same of how it went, without facts.

    An exception that is none of ours is not turned into words, but raised: it is Dagster that takes them all.
    """
    configuration = load_configuration(home.configuration)
    steps = steps_of(configuration)
    if options.dry_run:
        steps = steps[: [step.name for step in steps].index(WHOLE[0]) + 1]
    ended: dict[str, float] = {}

    def watch(step: str, seconds: float | None, detail: str = "") -> None:
        index = len(ended) + 1
        if seconds is not None:
            ended[step] = seconds
        if progress is not None:
            progress(step, index, len(steps), seconds, detail)

    run_id = str(uuid4())
    session = WarehouseSession(home, configuration, AskedRun(run_id, options), watch)
    checks: list[CheckResult] = []
    status: Status = "dry_run" if options.dry_run else "published"
    error, exit_code = None, 0
    with private_files():
        try:
            for step in steps:
                outcome = session.execute(step, lambda _: None)
                checks += outcome.checks
                if outcome.is_withheld:
                    status, exit_code = "withheld", 1
                    break
        except OmniError as stopped:
            status, error, exit_code = "failed", str(stopped), stopped.exit_code
        finally:
            session.close()
    withholding = _findings(check for check in checks if check.withholds)
    warnings = _findings(check for check in checks if check.warns)
    return NightlyResult(run_id, status, withholding, warnings, error, exit_code, ended)


def _findings(checks: Iterable[CheckResult]) -> tuple[tuple[str, str], ...]:
    return tuple((check.name, check.finding) for check in checks)
