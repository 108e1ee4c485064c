"""The record of what checks found, run by run, for those who ask later what was withheld and why."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.engines import Engine
from omni_identity.publish.checks.check import CheckResult

COLUMNS = {
    "run_id": pl.String(),
    "position": pl.Int32(),
    "check_name": pl.String(),
    "severity": pl.String(),
    "passed": pl.Boolean(),
    "finding": pl.String(),
}


def record_results(engine: Engine, run_id: str, results: Sequence[CheckResult]) -> None:
    """Write what the checks found as the run's rows of ``ledger.check_results``, in the place of former ones."""
    rows = [
        (run_id, position, result.name, result.severity, result.passed, result.finding)
        for position, result in enumerate(results, 1)
    ]
    with engine.transaction():
        engine.run("delete from ledger.check_results where run_id = $run_id", {"run_id": run_id})
        engine.write("ledger.check_results", pl.DataFrame(rows, schema=COLUMNS, orient="row"))
