"""Old reports are deleted, but not those of the last run, of what is published, and of nobody's."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.model.home import Home
from omni_identity.model.tables.ledger import LEDGER_TABLES
from omni_identity.report.retention import delete_old_reports

NOW = datetime(2026, 6, 1, 3)
RUNS = (
    *(("ancient", 400, "published"), ("old", 40, "withheld"), ("young", 29, "failed")),
    *(("current", 28, "published"), ("dry", 27, "dry_run"), ("last", 26, "withheld")),
)


def after(home: Home, days: float | None) -> tuple[int, list[str]]:
    """How many reports were deleted after ``days``, and the files that are left."""
    home.reports.mkdir()
    for name in (*(run_id for run_id, _, _ in RUNS), "somebody's own"):
        (home.reports / f"{name}.html").write_text("<html>")
    (home.reports / "notes.txt").write_text("of an operator")
    with DuckDBEngine() as engine:
        create_tables(engine, LEDGER_TABLES)
        for number, (run_id, age, status) in enumerate(RUNS, 1):
            engine.run(
                "insert into ledger.runs (run_id, run_number, started_at, status)"
                " values ($run_id, $number, $at, $status)",
                {
                    "run_id": run_id,
                    "number": number,
                    "at": NOW - timedelta(days=age),
                    "status": status,
                },
            )
        deleted = delete_old_reports(engine, home, days, NOW)
    return deleted, sorted(path.name for path in home.reports.iterdir())


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (None, set()),
        (401, set()),
        (30, {"ancient", "old"}),
        (28.5, {"ancient", "old", "young"}),
        (1, {"ancient", "old", "young", "dry"}),
    ],
)
def test_reports_go_by_the_age_of_their_run(
    tmp_path: Path, days: float | None, gone: set[str]
) -> None:
    kept = {f"{run_id}.html" for run_id, _, _ in RUNS if run_id not in gone}
    deleted, left = after(Home(tmp_path), days)
    assert deleted == len(gone)
    assert left == sorted({*kept, "somebody's own.html", "notes.txt"})


def test_a_home_without_reports_has_none_to_delete(tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        create_tables(engine, LEDGER_TABLES)
        assert delete_old_reports(engine, Home(tmp_path), 1, NOW) == 0
