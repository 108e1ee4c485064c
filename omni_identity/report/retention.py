"""Deletes reports of runs that are older than ``retention.reports`` says."""

from __future__ import annotations

from datetime import datetime, timedelta

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.model.home import Home
from omni_identity.report.run_report import report_file


def delete_old_reports(engine: Engine, home: Home, days: float | None, now: datetime) -> int:
    """Delete the reports of runs that began more than ``days`` before ``now``; return how many there were.

    ``None`` keeps all. The reports of the last run and of the last published one stay whatever their age,
    and so does what is no run's report. Reads ``ledger.runs``.
    """
    if days is None or not home.reports.is_dir():
        return 0
    old = engine.fetch(statement(__file__, "old_runs"), {"oldest": now - timedelta(days=days)})
    there = {path.stem for path in home.reports.glob("*.html")}
    deleted = there.intersection(old["run_id"].to_list())
    for run_id in deleted:
        report_file(home, run_id).unlink(missing_ok=True)
    return len(deleted)
