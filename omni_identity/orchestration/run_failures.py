"""Why a run ended without a publication, read from its events: what stopped it, or which checks withheld it."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from omni_identity.model.errors import OmniError, RunFailed

INTERRUPTED = (dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__)
Findings = tuple[tuple[str, str], ...]
"""``(name of a check, what it found)``."""


def failed_checks(
    evaluations: Iterable[dg.AssetCheckEvaluation],
) -> tuple[Findings, Findings]:
    """Return the checks that failed and withhold, and those that failed and only warn."""
    failed = [check for check in evaluations if not check.passed]
    withholding, warning = (
        tuple((c.check_name, c.description or "") for c in failed if c.severity == severity)
        for severity in (dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN)
    )
    return withholding, warning


def first_failure(events: Iterable[dg.DagsterEvent]) -> tuple[str, int]:
    """Return the words of the first failure, without Dagster's own around them, and its exit code.

    Raises ``KeyboardInterrupt`` for Ctrl-C: Dagster takes it for a failure of the step at work; it is the
    user's, and goes on its way.
    """
    exit_codes = {kind.__name__: kind.exit_code for kind in OmniError.__subclasses__()}
    for event in events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            if error is not None and error.cls_name in INTERRUPTED:
                raise KeyboardInterrupt
            if error is not None:
                # the text begins with the class, which a user need not read of our own errors
                _, _, words = error.message.partition(": ")
                is_ours = error.cls_name in exit_codes
                return (words if is_ours else error.message).strip(), exit_codes.get(
                    error.cls_name or "", RunFailed.exit_code
                )
    return "the run did not come to its end", RunFailed.exit_code
