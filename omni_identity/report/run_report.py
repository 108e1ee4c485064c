"""Writes the report of one run into ``reports/``, whether its checks let it through or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.linkage.splink_charts import read_charts
from omni_identity.model.home import Home
from omni_identity.publish.build import attached_candidate
from omni_identity.publish.checks import CheckResult
from omni_identity.report.content import Content, read_content
from omni_identity.report.page import write_page


def write_report(engine: Engine, home: Home, run_id: str, checks: Sequence[CheckResult]) -> Content:
    """Write ``reports/<run_id>.html`` from the run's built candidate; return what it was drawn from.

    A report of the same run is replaced; a killed one leaves none half-written. Reads what :func:`read_content` does.
    """
    with attached_candidate(engine, home, run_id):
        content = read_content(engine, run_id, _charts(home))
    home.reports.mkdir(parents=True, exist_ok=True)
    path = report_file(home, run_id)
    next_file = path.with_suffix(".next")
    next_file.write_text(write_page(content, checks), encoding="utf-8")
    next_file.rename(path)
    return content


def _charts(home: Home) -> tuple[str, ...]:
    """Splink's charts of the pinned model, by which the run has scored."""
    return tuple(read_charts(home.models / str(pinned_version(home.models))).values())


def report_file(home: Home, run_id: str) -> Path:
    """Where the report of a run is, or would be."""
    return home.reports / f"{run_id}.html"
