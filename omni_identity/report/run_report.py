"""Writes the report of one run into ``reports/``, whether its checks let it through or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omni_identity.engines import DuckDBEngine
from omni_identity.model.home import Home
from omni_identity.publish.build import candidate_folder
from omni_identity.publish.checks import CheckResult
from omni_identity.report.content import Content, read_content
from omni_identity.report.page import write_page


def write_report(
    engine: DuckDBEngine, home: Home, run_id: str, checks: Sequence[CheckResult]
) -> Path:
    """Write ``reports/<run_id>.html`` from the run's built candidate; return its path.

    A report of the same run is replaced; a killed one leaves none half-written.
    """
    home.reports.mkdir(parents=True, exist_ok=True)
    path = report_file(home, run_id)
    fresh = path.with_suffix(".next")
    fresh.write_text(write_page(read_candidate(engine, home, run_id), checks), encoding="utf-8")
    fresh.rename(path)
    return path


def report_file(home: Home, run_id: str) -> Path:
    """Where the report of a run is, or would be."""
    return home.reports / f"{run_id}.html"


def read_candidate(engine: DuckDBEngine, home: Home, run_id: str) -> Content:
    """The content of a run's report, from its built candidate."""
    file = str(candidate_folder(home, run_id) / "omni.duckdb").replace("'", "''")
    engine.run(f"attach '{file}' as candidate (read_only)")
    try:
        return read_content(engine, run_id)
    finally:
        engine.run("detach candidate")
